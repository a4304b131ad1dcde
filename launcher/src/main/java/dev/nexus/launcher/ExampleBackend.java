package dev.nexus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the example backend as a process next to a running Nexus. The example backend has its own API key with only the
 * scopes that it needs, and a demo provider on this machine. The process stops together with Nexus.
 */
public final class ExampleBackend implements AutoCloseable {

    private static final String TENANT = "acme";
    private static final String SCOPES = "connections:write,connections:read,tokens:read";

    private final String url;
    private final ServiceProcess process;
    private final DemoProvider provider;

    private ExampleBackend(String url, ServiceProcess process, DemoProvider provider) {
        this.url = url;
        this.process = process;
        this.provider = provider;
    }

    /**
     * Starts the example backend and waits until it is ready.
     *
     * @param port 0 for any free port
     * @param settings only those that begin with {@code example.} are passed to the example backend
     */
    public static ExampleBackend start(Nexus nexus, int port, Map<String, String> settings)
            throws IOException, InterruptedException {
        int chosen = FreePorts.choose(port, "--example-port");
        // The host differs from the Gateway's 127.0.0.1, because browsers send cookies to all ports of a host. In
        // production, the two hosts differ too.
        String url = "http://localhost:" + chosen;
        MintedKey key = nexus.addKey(new MintedKey.Spec(TENANT, SCOPES, List.of("--return-origin", url)));
        DemoProvider provider = DemoProvider.start();
        nexus.register(provider);
        provider.register(new Http(nexus.gatewayUrl(), nexus.keys().get(0).key()));
        Map<String, String> all = settings(nexus, chosen, url, provider);
        all.put("quarkus.config.locations", secrets(nexus, key).toString());
        settings.forEach((name, value) -> {
            if (name.startsWith("example.")) {
                all.put(name, value);
            }
        });
        ServiceProcess process = ServiceProcess.start(
                "example backend",
                nexus.artifacts().exampleJar(),
                all,
                nexus.folder().resolve("example.log"));
        nexus.register(process);
        process.awaitReady();
        return new ExampleBackend(url, process, provider);
    }

    private static Map<String, String> settings(Nexus nexus, int port, String url, DemoProvider provider)
            throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", String.valueOf(port));
        settings.put("quarkus.management.host", "127.0.0.1");
        settings.put("quarkus.management.port", String.valueOf(FreePorts.any()));
        settings.put("example.public-url", url);
        settings.put("example.gateway.url", nexus.gatewayUrl());
        settings.put("example.requests." + DemoProvider.SLUG + ".url", provider.url());
        settings.put("example.requests." + DemoProvider.SLUG + ".shows", "login");
        return settings;
    }

    /** Writes the API key to a file of mode 0600, because every user of the machine can read a command line. */
    private static Path secrets(Nexus nexus, MintedKey key) throws IOException {
        Path file = nexus.folder().resolve("example.properties");
        Files.deleteIfExists(file);
        OwnerOnly.file(file);
        return Files.writeString(file, "example.gateway.api-key=" + key.key() + "\n");
    }

    /** The URL of the example for browsers. */
    public String url() {
        return url;
    }

    public ServiceProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
        provider.close();
    }
}
