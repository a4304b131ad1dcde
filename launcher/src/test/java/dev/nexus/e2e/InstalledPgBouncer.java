package dev.nexus.e2e;

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

/** The PgBouncer on PATH, before a PostgreSQL, as Debian's package has it: nothing in its settings is made for Nexus. */
final class InstalledPgBouncer implements AutoCloseable {

    private final Process process;
    private final int port;

    private InstalledPgBouncer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param poolMode session or transaction */
    static InstalledPgBouncer start(Path folder, int postgresPort, String poolMode) throws IOException {
        int port = FreePorts.any();
        Files.createDirectories(folder);
        Path users = Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n\"nexus_broker\" \"\"\n");
        Path settings =
                Files.writeString(folder.resolve("pgbouncer.ini"), """
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
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // It refuses to be root.
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
        return new InstalledPgBouncer(process, port);
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
