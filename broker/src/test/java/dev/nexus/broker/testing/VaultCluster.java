package dev.nexus.broker.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Three real Vault servers with integrated storage: one active server and two standbys. {@link #close} stops them. */
public final class VaultCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Path folder;
    private final List<Node> nodes = new ArrayList<>();
    private String token = "";
    private String unsealKey = "";

    private VaultCluster(Path folder) {
        this.folder = folder;
    }

    private static final class Node {

        private final Path folder;
        private final int port;
        private Process process;

        private Node(Path folder, int port, Process process) {
            this.folder = folder;
            this.port = port;
            this.process = process;
        }

        private String url() {
            return "http://127.0.0.1:" + port;
        }
    }

    /** Starts, initializes and unseals the servers. */
    public static VaultCluster start(Path folder) throws IOException, InterruptedException {
        VaultCluster cluster = new VaultCluster(folder);
        for (int i = 0; i < 3; i++) {
            cluster.add(i);
        }
        Node first = cluster.nodes.get(0);
        JsonObject init = new JsonObject(
                cluster.vault(first, "operator", "init", "-key-shares=1", "-key-threshold=1", "-format=json"));
        cluster.token = init.getString("root_token");
        cluster.unsealKey = init.getJsonArray("unseal_keys_b64").getString(0);
        cluster.vault(first, "operator", "unseal", cluster.unsealKey);
        cluster.awaitActive();
        for (Node other : cluster.nodes.subList(1, 3)) {
            cluster.vault(other, "operator", "raft", "join", first.url());
            cluster.vault(other, "operator", "unseal", cluster.unsealKey);
        }
        return cluster;
    }

    private void add(int number) throws IOException {
        int port = freePort();
        Path home = Files.createDirectories(folder.resolve("node-" + number));
        Files.createDirectories(home.resolve("data"));
        Files.writeString(
                home.resolve("vault.hcl"), """
                storage "raft" {
                  path    = "%s"
                  node_id = "node-%d"
                }
                listener "tcp" {
                  address         = "127.0.0.1:%d"
                  cluster_address = "127.0.0.1:%d"
                  tls_disable     = true
                }
                api_addr      = "http://127.0.0.1:%d"
                cluster_addr  = "https://127.0.0.1:%d"
                disable_mlock = true
                """.formatted(home.resolve("data"), number, port, port + 1, port, port + 1));
        Node node = new Node(home, port, launch(home));
        nodes.add(node);
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> status(node) != 1);
    }

    private static Process launch(Path home) throws IOException {
        return new ProcessBuilder(
                        "vault", "server", "-config", home.resolve("vault.hcl").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("vault.log").toFile()))
                .start();
    }

    /** A free port whose successor is free too. */
    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    ServerSocket next =
                            new ServerSocket(free.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
                return next.getLocalPort() - 1;
            } catch (IOException taken) {
                // The next attempt uses another pair of ports.
                Thread.onSpinWait();
            }
        }
    }

    /** The exit status of {@code vault status}: 0 for unsealed, 1 for unreachable, 2 for sealed. */
    private int status(Node node) throws IOException, InterruptedException {
        Process process = command(node, List.of("vault", "status"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.waitFor();
        return process.exitValue();
    }

    private ProcessBuilder command(Node node, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("VAULT_ADDR", node.url(), "VAULT_TOKEN", token));
        return builder;
    }

    private String run(Node node, List<String> command) throws IOException, InterruptedException {
        Process process = command(node, command).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(40, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException(command.get(0) + " " + command.get(1) + " failed: " + output);
        }
        return output;
    }

    private String vault(Node node, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("vault"));
        command.addAll(List.of(arguments));
        return run(node, command);
    }

    /** Runs {@code vault}, or a script that calls it, with the operator's rights on the active server. */
    public String operate(List<String> command) throws IOException, InterruptedException {
        return run(nodes.get(active()), command);
    }

    private int active() throws IOException, InterruptedException {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).process.isAlive()
                    && status(nodes.get(i)) == 0
                    && new JsonObject(vault(nodes.get(i), "read", "-format=json", "sys/leader"))
                            .getJsonObject("data")
                            .getBoolean("is_self")) {
                return i;
            }
        }
        throw new IllegalStateException("no server is active");
    }

    /** Waits until a server is active. */
    public void awaitActive() {
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> active() >= 0);
    }

    /** The address of a standby. */
    public String standby() throws IOException, InterruptedException {
        return nodes.get((active() + 1) % nodes.size()).url();
    }

    /** Makes the active server hand over to another server. */
    public void stepDown() throws IOException, InterruptedException {
        operate(List.of("vault", "operator", "step-down"));
    }

    /** Stops all servers except the one at {@code url}, which then has no quorum. */
    public void isolate(String url) throws InterruptedException {
        for (Node node : nodes) {
            if (!node.url().equals(url)) {
                node.process.destroyForcibly().waitFor();
            }
        }
    }

    /** Starts and unseals the stopped servers. */
    public void heal() throws IOException, InterruptedException {
        for (Node node : nodes) {
            if (!node.process.isAlive()) {
                node.process = launch(node.folder);
                Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> status(node) == 2);
                vault(node, "operator", "unseal", unsealKey);
            }
        }
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.process.destroyForcibly());
    }
}
