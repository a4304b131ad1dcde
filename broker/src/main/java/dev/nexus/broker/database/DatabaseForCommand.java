package dev.nexus.broker.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The database of a command, which runs without the service. The pool has two connections. Further callers wait.
 */
public final class DatabaseForCommand implements AutoCloseable {

    private static final String LIMIT = "set statement_timeout = 30000";

    private static final String SETTING = "--database-url / quarkus.datasource.reactive.url";

    /** A password in a URL can contain a comma. */
    private static final Pattern BETWEEN_URLS = Pattern.compile(",\\s*(?=postgres)");

    private final Vertx vertx;
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

    /**
     * Connects to the first server of {@code urls} that is not in recovery.
     *
     * @param urls one URL, or several separated by commas
     * @param application the name of the sessions in PostgreSQL
     * @throws IllegalArgumentException if a URL is not a PostgreSQL URL. The message has no part of the URL, because a
     *     URL can contain a password
     */
    DatabaseForCommand(String urls, String user, String password, DatabaseTrust trust, String application) {
        List<PgConnectOptions> servers = new ArrayList<>();
        for (String url : BETWEEN_URLS.split(urls, -1)) {
            PgConnectOptions server = DatabaseUrls.parse(SETTING, encodeCommas(url.strip()), servers.size() + 1);
            configure(server, user, password, trust, application);
            servers.add(server);
        }
        vertx = Vertx.vertx();
        pool = PgBuilder.pool()
                .connectingTo(() -> primary(servers).map(options -> options))
                .with(new PoolOptions().setMaxSize(2))
                .withConnectHandler(connection -> limit(connection, trust))
                .using(vertx)
                .build();
    }

    /** The client refuses a comma in a user and a password. */
    private static String encodeCommas(String url) {
        int host = Math.max(0, url.lastIndexOf("@"));
        return url.substring(0, host).replace(",", "%2C") + url.substring(host);
    }

    private static void configure(
            PgConnectOptions options, String user, String password, DatabaseTrust trust, String application) {
        options.setUser(user).setPassword(password).addProperty("application_name", application);
        // PgBouncer refuses this parameter.
        options.getProperties().remove("extra_float_digits");
        trust.apply(options);
    }

    /** Returns the first server that is not in recovery. Fails with the failure of the last server. */
    private Future<PgConnectOptions> primary(List<PgConnectOptions> servers) {
        PgConnectOptions first = servers.get(0);
        if (servers.size() == 1) {
            return Future.succeededFuture(first);
        }
        List<PgConnectOptions> others = servers.subList(1, servers.size());
        return PgConnection.connect(vertx, first)
                .compose(connection -> connection
                        .query("select pg_is_in_recovery()")
                        .execute()
                        .map(rows -> rows.iterator().next().getBoolean(0))
                        .eventually(() -> connection.close()))
                .transform(standby ->
                        standby.succeeded() && !standby.result() ? Future.succeededFuture(first) : primary(others));
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
