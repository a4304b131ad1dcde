package dev.nexus.broker.tenant;

import dev.nexus.broker.settings.CommandSettings;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.util.Optional;
import java.util.stream.Stream;

/** The database for a command, which runs without the service: two connections, whoever asks waits. */
final class DatabaseForCommand implements AutoCloseable {

    private static final String STATEMENT_MILLIS = "30000";

    private final Vertx vertx = Vertx.vertx();
    private final io.vertx.sqlclient.Pool pool;

    /**
     * Whom the connection trusts, as the Broker's own settings say.
     *
     * @param mode of {@code quarkus.datasource.reactive.postgresql.ssl-mode}; empty: what the URL says
     * @param authorities PEM files, comma-separated; empty: those that the JVM trusts
     * @param hostname how the certificate's name is checked, such as HTTPS
     */
    record DatabaseTrust(Optional<SslMode> mode, Optional<String> authorities, Optional<String> hostname) {

        private static final String REACTIVE = "quarkus.datasource.reactive.";

        static DatabaseTrust of(CommandSettings settings) {
            return new DatabaseTrust(
                    settings.find(REACTIVE + "postgresql.ssl-mode").map(SslMode::of),
                    settings.find(REACTIVE + "trust-certificate-pem.certs"),
                    settings.find(REACTIVE + "hostname-verification-algorithm"));
        }

        private void apply(PgConnectOptions options) {
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
    DatabaseForCommand(String url, String user, String password, DatabaseTrust trust) {
        PgConnectOptions options = PgConnectOptions.fromUri(url)
                .setUser(user)
                .setPassword(password)
                .addProperty("application_name", "nexus-erase-tenant")
                .addProperty("statement_timeout", STATEMENT_MILLIS);
        trust.apply(options);
        pool = PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(2))
                .using(vertx)
                .build();
    }

    Pool pool() {
        return new Pool(pool);
    }

    @Override
    public void close() {
        // One after the other: what waits on a context of this Vert.x never hears of its end.
        pool.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
