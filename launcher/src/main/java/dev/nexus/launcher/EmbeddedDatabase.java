package dev.nexus.launcher;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A real PostgreSQL on 127.0.0.1 with its data in a folder; can be stopped and started again on the same port. */
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

    /** Starts PostgreSQL over {@code folder}/data, which it makes where it is missing. */
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
                // The library's default is off, for fast tests; a committed credential is to be there after a crash.
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

    /** Where the data lies. */
    public Path data() {
        return data;
    }

    /** Stops the server; connections are cut. */
    public void stop() throws IOException {
        postgres.close();
    }

    /** Starts it again, on the same port and data. */
    public void restart() throws IOException {
        postgres = run();
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
