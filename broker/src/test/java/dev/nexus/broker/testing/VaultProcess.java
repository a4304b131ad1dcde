package dev.nexus.broker.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Vault dev server that runs the vault on PATH. It stops with this JVM. */
record VaultProcess(URI address) implements VaultServer {

    /** @param folder the folder for the log of the server */
    static VaultProcess start(Path folder) throws IOException {
        int port = freePort();
        Process server = new ProcessBuilder(
                        "vault",
                        "server",
                        "-dev",
                        "-dev-root-token-id=" + ROOT_TOKEN,
                        "-dev-no-store-token",
                        "-dev-listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("vault.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroy));
        return new VaultProcess(URI.create("http://127.0.0.1:" + port));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Override
    public String run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(Map.of("VAULT_ADDR", address.toString(), "VAULT_TOKEN", ROOT_TOKEN));
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public InetAddress listenAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public String hostName() {
        return "127.0.0.1";
    }
}
