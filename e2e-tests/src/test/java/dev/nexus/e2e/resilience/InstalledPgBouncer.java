package dev.nexus.e2e.resilience;

import dev.nexus.launcher.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The installed PgBouncer in front of a PostgreSQL, without ignore_startup_parameters. */
final class InstalledPgBouncer implements AutoCloseable {

    private final Process process;
    private final Path folder;
    private final int port;
    private final String poolMode;

    private InstalledPgBouncer(Process process, Path folder, int port, String poolMode) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.poolMode = poolMode;
    }

    /** @param poolMode session or transaction */
    static InstalledPgBouncer start(Path folder, int postgresPort, String poolMode) throws IOException {
        int port = FreePorts.any();
        Files.createDirectories(folder);
        Path settings = configure(folder, port, postgresPort, poolMode);
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // PgBouncer refuses to run as root.
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of("pgbouncer", settings.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("pgbouncer.log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return true;
            }
        });
        return new InstalledPgBouncer(process, folder, port, poolMode);
    }

    private static Path configure(Path folder, int port, int postgresPort, String poolMode) throws IOException {
        Path users = Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n\"nexus_broker\" \"\"\n");
        return Files.writeString(folder.resolve("pgbouncer.ini"), """
                    [databases]
                    postgres = host=127.0.0.1 port=%d dbname=postgres
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = trust
                    auth_file = %s
                    pool_mode = %s
                    default_pool_size = 23
                    """.formatted(postgresPort, port, users, poolMode));
    }

    /** Routes new sessions to another server. In session mode, open sessions stay on their server. */
    void routeTo(int postgresPort) throws IOException, InterruptedException {
        configure(folder, port, postgresPort, poolMode);
        int code = new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("the reload signal to PgBouncer failed");
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
