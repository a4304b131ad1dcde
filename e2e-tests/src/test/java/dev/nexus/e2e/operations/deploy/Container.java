package dev.nexus.e2e.operations.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The container of a Pod as a process of this machine.
 *
 * <p>It has the arguments, the environment and the volumes of the manifests. Volumes are below a folder, and local
 * addresses replace those of the cluster.
 */
final class Container implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path root;
    private final ObjectNode pod;
    private final JsonNode spec;
    private final Map<String, String> replacements = new LinkedHashMap<>();
    private Optional<Process> process = Optional.empty();

    /**
     * @param pod the Pod of the manifests
     * @param root an empty folder that replaces the container's root
     * @param addresses the local address for each address of the cluster
     */
    Container(ObjectNode pod, Path root, Map<String, String> addresses) {
        this.root = root;
        this.pod = pod;
        this.spec = pod.path("spec");
        replacements.putAll(addresses);
        mounts().forEach((volume, path) -> replacements.put(path + "/", root + path + "/"));
    }

    private Map<String, String> mounts() {
        Map<String, String> mounts = new LinkedHashMap<>();
        spec.at("/containers/0/volumeMounts")
                .forEach(mount -> mounts.put(
                        mount.path("name").asText(), mount.path("mountPath").asText()));
        mounts.remove("tmp");
        return mounts;
    }

    /** @param objects the content of secrets and config maps by name, and of tokens by audience */
    void mount(Map<String, Map<String, String>> objects) throws IOException {
        Map<String, String> mounts = mounts();
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.has("emptyDir")) {
                continue;
            }
            String source = volume.at("/secret/secretName").asText()
                    + volume.at("/configMap/name").asText()
                    + volume.at("/projected/sources/0/serviceAccountToken/audience")
                            .asText();
            Path folder = Files.createDirectories(
                    Path.of(root + mounts.get(volume.path("name").asText())));
            Map<String, String> data = volume.has("downwardAPI")
                    ? Manifests.files(pod, volume)
                    : Optional.ofNullable(objects.get(source))
                            .orElseThrow(() -> new AssertionError("no secret, config map or token for " + source));
            for (Map.Entry<String, String> file : data.entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), localized(file.getValue()));
            }
        }
    }

    private String localized(String text) {
        String local = text;
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            local = local.replace(replacement.getKey(), replacement.getValue());
        }
        return local;
    }

    /** Starts the jar of {@code module}. */
    Process start(String module, Map<String, String> environment) throws IOException {
        Process started = run(module, environment, List.of(), log());
        process = Optional.of(started);
        return started;
    }

    /** Runs a command of {@code module} next to its service, as {@code kubectl exec} does. Returns its output file. */
    Path exec(String module, String... arguments) throws IOException, InterruptedException {
        Path output = root.resolve("exec.log");
        int code = run(module, Map.of(), List.of(arguments), output).waitFor();
        if (code != 0) {
            throw new AssertionError(
                    String.join(" ", arguments) + " failed with exit code " + code + "; see " + output);
        }
        return output;
    }

    private Process run(String module, Map<String, String> environment, List<String> arguments, Path output)
            throws IOException {
        Path jar = Checkout.ROOT.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx256m", "-jar", jar.toString()));
        spec.at("/containers/0/args").forEach(argument -> line.add(argument.asText()));
        line.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        spec.at("/containers/0/env")
                .forEach(variable -> builder.environment()
                        .put(
                                variable.path("name").asText(),
                                localized(variable.path("value").asText())));
        builder.environment().putAll(environment);
        return builder.start();
    }

    Path log() {
        return root.resolve("log");
    }

    /** Returns the result of the readiness probe at this management port. */
    boolean isReady(int port) {
        if (process.filter(Process::isAlive).isEmpty()) {
            throw new IllegalStateException("The process has stopped; see " + log());
        }
        URI probe = URI.create("http://127.0.0.1:" + port
                + spec.at("/containers/0/readinessProbe/httpGet/path").asText());
        try {
            return HTTP.send(HttpRequest.newBuilder(probe).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        process.ifPresent(running -> {
            running.destroy();
            try {
                if (!running.waitFor(20, TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            } catch (InterruptedException interrupted) {
                running.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        });
    }
}
