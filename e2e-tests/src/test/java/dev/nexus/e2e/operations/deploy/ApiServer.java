package dev.nexus.e2e.operations.deploy;

import static org.awaitility.Awaitility.await;

import dev.nexus.launcher.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real kube-apiserver with a real etcd, both from PATH, on 127.0.0.1.
 *
 * <p>It validates, admits (including Pod Security and service accounts) and stores objects. It has no controller and
 * no node, so no pod runs.
 */
public final class ApiServer implements AutoCloseable {

    private final Path folder;
    private final int port;
    private final List<Process> processes = new ArrayList<>();

    private ApiServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** @param folder a new folder for keys, data and logs */
    static ApiServer start(Path folder) throws IOException {
        ApiServer server = new ApiServer(Files.createDirectories(folder.toAbsolutePath()), FreePorts.any());
        try {
            server.run();
            await("kube-apiserver to be ready; see " + folder)
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(250))
                    .until(server::isReady);
            return server;
        } catch (IOException | RuntimeException | Error failure) {
            server.close();
            throw failure;
        }
    }

    /** Starts a server with the custom resource definitions and the namespace that the manifests need. */
    public static ApiServer prepared(Path folder) throws IOException {
        ApiServer server = start(folder);
        try {
            List<String> files = new ArrayList<>();
            CustomResources.definitions().forEach(file -> files.add("--filename=" + file));
            server.apply(files.toArray(String[]::new)).run().orFail();
            Command established =
                    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
            // kubectl wait fails immediately while a definition has no conditions yet, so retry it.
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> established.run().orFail());
            // All other resources are in this namespace.
            server.apply("--filename=" + Manifests.KUBERNETES.resolve("namespace.yaml"))
                    .run()
                    .orFail();
            return server;
        } catch (IOException | RuntimeException | Error failure) {
            server.close();
            throw failure;
        }
    }

    private void run() throws IOException {
        String etcd = "http://127.0.0.1:" + FreePorts.any();
        start(
                "etcd",
                "--data-dir=" + folder.resolve("etcd"),
                "--unsafe-no-fsync",
                "--listen-client-urls=" + etcd,
                "--advertise-client-urls=" + etcd,
                "--listen-peer-urls=http://127.0.0.1:" + FreePorts.any());
        KeyPair accounts = serviceAccountKeys();
        String token = token();
        Files.writeString(secret("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
                users: [{name: admin, user: {token: "%s"}}]
                contexts: [{name: test, context: {cluster: test, user: admin}}]
                current-context: test
                """.formatted(port, token));
        start(
                "kube-apiserver",
                "--etcd-servers=" + etcd,
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + folder.resolve("certificates"),
                "--token-auth-file=" + Files.writeString(secret("tokens.csv"), token + ",admin,1,system:masters\n"),
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + pem("accounts.pub", "PUBLIC KEY", accounts.getPublic()),
                "--service-account-signing-key-file=" + pem("accounts.key", "PRIVATE KEY", accounts.getPrivate()));
    }

    private void start(String... line) throws IOException {
        processes.add(new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(line[0] + ".log").toFile())
                .start());
    }

    private boolean isReady() {
        processes.stream().filter(process -> !process.isAlive()).findAny().ifPresent(ended -> {
            throw new IllegalStateException(
                    "etcd or kube-apiserver stopped with exit code " + ended.exitValue() + "; see " + folder);
        });
        return kubectl("get", "--raw=/readyz").run().exit() == 0;
    }

    String address() {
        return "https://127.0.0.1:" + port;
    }

    /** Returns the server's self-signed certificate. */
    Path certificate() {
        return folder.resolve("certificates/apiserver.crt");
    }

    /** Returns a kubeconfig with administrator rights. */
    public Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    /** Returns a kubectl command for this server, with administrator rights. */
    public Command kubectl(String... arguments) {
        List<String> line = new ArrayList<>(
                List.of("kubectl", "--kubeconfig=" + kubeconfig(), "--cache-dir=" + folder.resolve("cache")));
        Collections.addAll(line, arguments);
        return Command.of(line.toArray(String[]::new));
    }

    /** Returns a helm command for this server, with administrator rights. */
    public Command helm(String... arguments) {
        List<String> line = new ArrayList<>(List.of("helm"));
        Collections.addAll(line, arguments);
        return Command.of(line.toArray(String[]::new)).with("KUBECONFIG", kubeconfig());
    }

    /** Applies resources on the server and rejects unknown fields. */
    public Command apply(String... what) {
        List<String> arguments = new ArrayList<>(List.of("apply", "--server-side", "--validate=strict"));
        Collections.addAll(arguments, what);
        return kubectl(arguments.toArray(String[]::new));
    }

    @Override
    public void close() {
        Collections.reverse(processes);
        processes.forEach(ApiServer::end);
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Path secret(String name) throws IOException {
        return Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private Path pem(String name, String type, Key key) throws IOException {
        return Files.writeString(secret(name), Pem.of(type, key.getEncoded()));
    }

    private static KeyPair serviceAccountKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static String token() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
