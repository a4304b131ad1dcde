package dev.nexus.broker.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL with an empty database and a superuser. It runs in the container that all tests of a run share, or
 * embedded. {@link TestServers} decides.
 */
public final class PostgresServer implements AutoCloseable {

    /** The superuser and its password. */
    public static final String USER = "postgres";

    /** The first three are the defaults of the embedded server. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "timezone", "UTC",
            "synchronous_commit", "off",
            "max_connections", "300",
            "shared_preload_libraries", "pg_stat_statements");

    /** System properties, because Quarkus loads this class once for each application that it starts. */
    private static final String SHARED_HOST = "nexus.test.postgres.host";

    private static final String SHARED_PORT = "nexus.test.postgres.port";

    private final String host;
    private final int port;
    private final String database;
    private final AutoCloseable onClose;

    private PostgresServer(String host, int port, String database, AutoCloseable onClose) {
        this.host = host;
        this.port = port;
        this.database = database;
        this.onClose = onClose;
    }

    public static PostgresServer start() {
        return TestServers.inContainers() ? inContainer() : embedded();
    }

    private static PostgresServer embedded() {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60));
        PARAMETERS.forEach(builder::setServerConfig);
        try {
            EmbeddedPostgres server = builder.start();
            return new PostgresServer("localhost", server.getPort(), "postgres", server);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
        }
    }

    private static synchronized PostgresServer inContainer() {
        if (System.getProperty(SHARED_PORT) == null) {
            PostgreSQLContainer container = startContainer();
            System.setProperty(SHARED_HOST, container.getHost());
            System.setProperty(
                    SHARED_PORT, String.valueOf(container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT)));
        }
        String host = System.getProperty(SHARED_HOST);
        int port = Integer.getInteger(SHARED_PORT);
        String database = "test_" + UUID.randomUUID().toString().replace("-", "");
        administer(host, port, "create database " + database);
        return new PostgresServer(
                host, port, database, () -> administer(host, port, "drop database " + database + " with (force)"));
    }

    /** Trusts each connection, as the embedded server does. Testcontainers removes the container after the run. */
    private static PostgreSQLContainer startContainer() {
        List<String> command = Stream.concat(
                        Stream.of("postgres", "-c", "fsync=off"),
                        PARAMETERS.entrySet().stream()
                                .flatMap(parameter -> Stream.of("-c", parameter.getKey() + "=" + parameter.getValue())))
                .toList();
        PostgreSQLContainer container = new PostgreSQLContainer("postgres:" + TestServers.POSTGRES_VERSION)
                .withDatabaseName("postgres")
                .withUsername(USER)
                .withPassword(USER)
                .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust");
        container.setCommand(command.toArray(String[]::new));
        container.start();
        return container;
    }

    private static void administer(String host, int port, String sql) {
        try (Connection connection = connect(host, port, "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL in the container refused: " + sql, e);
        }
    }

    private static Connection connect(String host, int port, String database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(USER);
        source.setPassword(USER);
        return source.getConnection();
    }

    /** The first column of the first row. */
    String query(String sql) throws SQLException {
        try (Connection connection = connect(host, port, database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String database() {
        return database;
    }

    /** Host, port and database, as they follow {@code postgresql://} in a URL. */
    String address() {
        return host + ":" + port + "/" + database;
    }

    /** Stops the embedded server, or drops the database in the container. */
    @Override
    public void close() {
        try {
            onClose.close();
        } catch (Exception e) {
            throw new IllegalStateException("the PostgreSQL of the tests did not stop", e);
        }
    }
}
