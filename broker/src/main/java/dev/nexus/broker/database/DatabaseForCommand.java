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

/**
 * The database of the command erase-tenant, which runs without the service. The pool has two connections. Further
 * callers wait.
 */
public final class DatabaseForCommand implements AutoCloseable {

    private static final String LIMIT = "set statement_timeout = 30000";

    private final Vertx vertx = Vertx.vertx();
    private final io.vertx.sqlclient.Pool pool;

    /**
     * The TLS settings of the connection, as in the Broker's own settings.
     *
     * @param mode {@code quarkus.datasource.reactive.postgresql.ssl-mode}; if empty, the URL decides
     * @param authorities PEM files of the trusted certificates, comma-separated; if empty, the JVM's default
     *     certificates, but the modes {@code verify-ca} and {@code verify-full} then fail
     * @param hostname the algorithm that checks the host name in the certificate, such as {@code HTTPS}
     * @param sharedSessions whether the connection goes through PgBouncer in transaction mode
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

    /** @throws IllegalArgumentException if {@code url} is not a PostgreSQL URL */
    public DatabaseForCommand(String url, String user, String password, DatabaseTrust trust) {
        PgConnectOptions options = PgConnectOptions.fromUri(url)
                .setUser(user)
                .setPassword(password)
                .addProperty("application_name", "nexus-erase-tenant");
        // PgBouncer refuses this parameter.
        options.getProperties().remove("extra_float_digits");
        trust.apply(options);
        pool = PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(2))
                .withConnectHandler(connection -> limit(connection, trust))
                .using(vertx)
                .build();
    }

    /**
     * Sets the time limit of statements. With PgBouncer in transaction mode, sets no limit, because other clients of
     * the shared session would get the limit too. {@code close} returns the connection to the pool.
     */
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
        // First the pool, then Vert.x: a future on a context of a closed Vert.x never completes.
        pool.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
