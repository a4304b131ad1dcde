package dev.nexus.broker.database;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;
import java.util.stream.Stream;

/** The database for a command, which runs without the service: two connections, whoever asks waits. */
public final class DatabaseForCommand implements AutoCloseable {

    private static final String LIMIT = "set statement_timeout = 30000";

    private final Vertx vertx = Vertx.vertx();
    private final io.vertx.sqlclient.Pool pool;

    /**
     * Whom the connection trusts, as the Broker's own settings say.
     *
     * @param mode of {@code quarkus.datasource.reactive.postgresql.ssl-mode}; empty: what the URL says
     * @param authorities PEM files, comma-separated; empty: those that the JVM trusts
     * @param hostname how the certificate's name is checked, such as HTTPS
     * @param sharedSessions whether PgBouncer in transaction mode stands before the database
     */
    public record DatabaseTrust(
            Optional<SslMode> mode, Optional<String> authorities, Optional<String> hostname, boolean sharedSessions) {

        private static final String REACTIVE = "quarkus.datasource.reactive.";

        public static DatabaseTrust of(CommandSettings settings) {
            return new DatabaseTrust(
                    settings.find(REACTIVE + "postgresql.ssl-mode").map(SslMode::of),
                    settings.find(REACTIVE + "trust-certificate-pem.certs"),
                    settings.find(REACTIVE + "hostname-verification-algorithm"),
                    settings.find(REACTIVE + "postgresql.use-layer7-proxy")
                            .map(Boolean::parseBoolean)
                            .orElse(false));
        }

        private void apply(PgConnectOptions options) {
            options.setUseLayer7Proxy(sharedSessions);
            mode.ifPresent(options::setSslMode);
            hostname.ifPresent(options::setHostnameVerificationAlgorithm);
            authorities.ifPresent(files -> {
                PemTrustOptions trusted = new PemTrustOptions();
                Stream.of(files.split(",", -1)).map(String::strip).forEach(trusted::addCertPath);
                options.setTrustOptions(trusted);
            });
        }
    }

    /** @throws IllegalArgumentException where {@code url} is not one of a PostgreSQL */
    public DatabaseForCommand(String url, String user, String password, DatabaseTrust trust) {
        PgConnectOptions options = PgConnectOptions.fromUri(url)
                .setUser(user)
                .setPassword(password)
                .addProperty("application_name", "nexus-erase-tenant");
        // PgBouncer refuses it.
        options.getProperties().remove("extra_float_digits");
        trust.apply(options);
        pool = PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(2))
                .withConnectHandler(connection -> limit(connection, trust))
                .using(vertx)
                .build();
    }

    /** Closing the connection gives it to the pool. A session that is shared is left as it is: others would get the limit. */
    private static void limit(SqlConnection connection, DatabaseTrust trust) {
        if (trust.sharedSessions()) {
            connection.close();
        } else {
            connection.query(LIMIT).execute().onComplete(limited -> connection.close());
        }
    }

    public Pool pool() {
        return new Pool(pool);
    }

    @Override
    public void close() {
        // One after the other: what waits on a context of this Vert.x never hears of its end.
        pool.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
