package dev.nexus.e2e.operations.deploy;

import dev.nexus.e2e.operations.deploy.ComposeFile.Mount;
import dev.nexus.e2e.operations.deploy.ComposeFile.Service;
import dev.nexus.launcher.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Paths and addresses of the containers of a Compose file, on this machine: a folder each, and ports of 127.0.0.1. */
final class ContainerAddresses {

    /** The ports that the images' programs listen on by themselves. */
    private static final Map<String, List<Integer>> LISTENING = Map.of(
            "postgres", List.of(5432),
            "vault", List.of(8200),
            "broker", List.of(8081, 9001),
            "gateway", List.of(8080, 9000));

    private final Path folder;
    private final ComposeFile compose;
    private final Map<String, Integer> ports;

    ContainerAddresses(Path folder, ComposeFile compose, Map<String, Integer> ports) {
        this.folder = folder;
        this.compose = compose;
        this.ports = ports;
    }

    /** A free port of this machine for each port that a container listens on, as {@code service:port}. */
    static Map<String, Integer> freePorts() throws IOException {
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (Map.Entry<String, List<Integer>> service : LISTENING.entrySet()) {
            for (int port : service.getValue()) {
                ports.put(service.getKey() + ":" + port, FreePorts.any());
            }
        }
        return ports;
    }

    int port(String container) {
        Integer port = ports.get(container);
        if (port == null) {
            throw new IllegalArgumentException(container + " is not known to listen");
        }
        return port;
    }

    Path own(Service service) {
        return folder.resolve(service.name());
    }

    /** Where a path of the container lies on this machine. */
    Path path(Service service, String path) {
        return own(service).resolve("root" + path);
    }

    /** A text of the file's with this machine's paths and ports. */
    String mapped(Service service, String text) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (Mount mount : service.mounts()) {
            // What lies above a mount, as well: a command may be told the folder of several.
            for (@Nullable Path at = Path.of(mount.target());
                    at != null && at.getNameCount() > 0;
                    at = at.getParent()) {
                paths.put(at.toString(), path(service, at.toString()).toString());
            }
        }
        if (compose.builders().containsKey(service.image())) {
            String module = service.image().replaceAll("nexus-|:.*", "");
            paths.put(
                    "/app",
                    compose.folder().resolve(module + "/target/quarkus-app").toString());
        }
        String result = text;
        for (String path : paths.keySet().stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList()) {
            result = replace(result, path, paths.getOrDefault(path, path));
        }
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
            String address = "127.0.0.1:" + port.getValue();
            result = replace(result, port.getKey(), address);
            String container = port.getKey().substring(port.getKey().indexOf(':') + 1);
            if (port.getKey().startsWith(service.name() + ":")) {
                result = replace(result, "127.0.0.1:" + container, address);
                result = replace(result, "0.0.0.0:" + container, address);
                result = result.equals(container) ? String.valueOf(port.getValue()) : result;
            }
        }
        return result;
    }

    private static String replace(String text, String whole, String by) {
        return text.replaceAll("(?<![\\w.-])" + Pattern.quote(whole) + "(?![\\w.-])", Matcher.quoteReplacement(by));
    }
}
