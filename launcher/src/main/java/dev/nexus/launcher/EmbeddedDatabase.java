package dev.nexus.launcher;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A PostgreSQL on 127.0.0.1 with its data in a folder. It can be restarted on the same port. */
public final class EmbeddedDatabase implements AutoCloseable {

    private final Path data;
    private final Path runtime;
    private final int port;
    private EmbeddedPostgres postgres;

    private EmbeddedDatabase(Path data, Path runtime, int port) throws IOException {
        this.data = data;
        this.runtime = runtime;
        this.port = port;
        this.postgres = run();
    }

    /** Starts PostgreSQL with the data in {@code folder}/data. Creates that folder if it is missing. */
    public static EmbeddedDatabase start(Path folder, int port) throws IOException {
        return new EmbeddedDatabase(folder.resolve("data"), folder.resolve("postgres"), port);
    }

    private EmbeddedPostgres run() throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setOverrideWorkingDirectory(runtime.toFile())
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("max_connections", "100")
                // The library's default is off, for fast tests. A committed credential must survive a crash.
                .setServerConfig("synchronous_commit", "on")
                .setPGStartupWait(Duration.ofSeconds(30))
                .start();
    }

    public int port() {
        return port;
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public String reactiveUrl() {
        return "postgresql://127.0.0.1:" + port + "/postgres";
    }

    public String user() {
        return "postgres";
    }

    /** The folder with the data. */
    public Path data() {
        return data;
    }

    /** Stops the server and closes its connections. */
    public void stop() throws IOException {
        postgres.close();
    }

    /** Starts the server again, with the same port and data. */
    public void restart() throws IOException {
        postgres = run();
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
