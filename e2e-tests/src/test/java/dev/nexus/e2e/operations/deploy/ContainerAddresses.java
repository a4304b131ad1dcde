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

/** Maps paths and addresses in the containers of a Compose file to folders of this machine and ports of 127.0.0.1. */
final class ContainerAddresses {

    /** The default ports of the images' programs. */
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

    /** Returns a free local port for each {@code service:port} that a container listens on. */
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
            throw new IllegalArgumentException(container + " is not in the list of ports; add it");
        }
        return port;
    }

    Path own(Service service) {
        return folder.resolve(service.name());
    }

    /** Returns the local path for a path in the container. */
    Path path(Service service, String path) {
        return own(service).resolve("root" + path);
    }

    /** Returns {@code text} with local paths and ports. */
    String mapped(Service service, String text) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (Mount mount : service.mounts()) {
            // Also map the parents of a mount: a command can refer to a folder with several mounts.
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
