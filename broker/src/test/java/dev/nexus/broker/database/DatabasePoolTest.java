package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexus.broker.testing.PostgresServer;
import dev.nexus.runtime.ReloadedFiles;
import dev.nexus.testsupport.Promise;
import dev.nexus.testsupport.SilentProxy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Broker's connection pool with a real PostgreSQL, on a network that starts to drop packets. */
class DatabasePoolTest {

    /** Much longer than the Broker needs, and much shorter than the default time-out of the kernel. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static PostgresServer postgres;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private SilentProxy network;
    private Pool pool;

    @BeforeAll
    static void startPostgres() {
        postgres = PostgresServer.start();
    }

    @AfterAll
    static void stopPostgres() {
        postgres.close();
    }

    @BeforeEach
    void connect() {
        network = new SilentProxy(vertx, postgres.host(), postgres.port());
        pool = pool(3);
        // On a busy machine, the first connection may take longer than the time-out of a query.
        awaitAnswer();
    }

    @AfterEach
    void close() {
        join(vertx.close());
    }

    private Pool pool(int size) {
        return pool(size, password(Optional.empty()), server(network.port()));
    }

    private static PgConnectOptions server(int port) {
        return new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setDatabase(postgres.database())
                .setUser(PostgresServer.USER)
                .setPassword(PostgresServer.USER);
    }

    private static DatabasePassword password(Optional<Path> file) {
        return new DatabasePassword(() -> file, Optional.empty(), new ReloadedFiles(new SimpleMeterRegistry()));
    }

    private Pool pool(int size, DatabasePassword password, PgConnectOptions... servers) {
        return new DatabasePool(password).create(new PgPoolCreator.Input() {
            @Override
            public Vertx vertx() {
                return vertx;
            }

            @Override
            public PoolOptions poolOptions() {
                return new PoolOptions().setMaxSize(size);
            }

            @Override
            public List<PgConnectOptions> pgConnectOptionsList() {
                return List.of(servers);
            }
        });
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private int backend() {
        return backend(pool);
    }

    private static int backend(Pool pool) {
        return join(pool.query("select pg_backend_pid()").execute())
                .iterator()
                .next()
                .getInteger(0);
    }

    /** Retries, because the pool may return a failed connection again while the connection closes. */
    private void awaitAnswer() {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> backend() > 0);
    }

    private void openAll() {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            join(Future.all(IntStream.range(0, 3)
                    .mapToObj(each -> pool.query("select pg_sleep(0.3)").execute())
                    .toList()));
            return network.open() == 3;
        });
    }

    @Test
    void a_long_statement_stays_prepared() {
        Pool one = pool(1);
        String statement = "select 1 /* " + "x".repeat(5_000) + " */";

        join(one.preparedQuery(statement).execute());

        assertThat(join(one.query("select count(*) from pg_prepared_statements where length(statement) > 5000")
                                .execute())
                        .iterator()
                        .next()
                        .getLong(0))
                .isEqualTo(1);
    }

    @Test
    void a_connection_has_short_timeouts_in_the_kernel() {
        assumeTrue(vertx.isNativeTransportEnabled(), "Java's sockets have no TCP_USER_TIMEOUT");

        ChannelConfig socket = join(pool.withConnection(
                        connection -> Future.succeededFuture(DatabaseSessions.socket(connection)
                                .channelHandlerContext()
                                .channel())))
                .config();

        assertThat(socket.getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(DatabaseSessions.ANSWER_MILLIS);
        assertThat(socket.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(socket.getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(4);
        assertThat(socket.getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(2);
        assertThat(socket.getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(2);
    }

    @Test
    void one_query_timeout_replaces_all_silent_connections() {
        openAll();
        network.silenceOpen();

        Future<?> query = pool.query("select 1").execute();

        await().atMost(PATIENCE).until(query::failed);
        await().atMost(PATIENCE).until(() -> network.open() == 0);
        awaitAnswer();
    }

    @Test
    void a_transaction_on_a_silent_connection_fails() {
        Future<?> transaction = pool.withTransaction(connection -> {
            network.silenceOpen();
            return connection.query("select 1").execute();
        });

        await().atMost(PATIENCE).until(transaction::failed);

        awaitAnswer();
    }

    @Test
    void a_connection_that_is_silent_during_setup_leaves_the_pool() {
        network.silenceNew(true);
        network.silenceOpen();
        List<Future<?>> queries = new ArrayList<>();
        IntStream.range(0, 3).forEach(each -> queries.add(pool.query("select 1").execute()));
        await().atMost(PATIENCE).until(() -> queries.stream().allMatch(Future::failed));
        network.silenceNew(false);

        awaitAnswer();
    }

    @Test
    @Promise(6)
    void a_connection_whose_server_became_read_only_is_replaced() {
        join(pool.query("create table if not exists written (id int)").execute());
        int demoted = backend();
        join(pool.query("set default_transaction_read_only = on").execute());

        assertThatThrownBy(
                        () -> join(pool.query("insert into written values (1)").execute()))
                .hasMessageContaining("25006");

        await().atMost(PATIENCE).ignoreExceptions().until(() -> backend() != demoted);
        join(pool.query("insert into written values (1)").execute());
    }

    @Test
    void postgresql_cancels_a_slow_statement_and_keeps_its_connection() {
        int before = backend();

        assertThatThrownBy(() -> join(pool.query("select pg_sleep(20)").execute()))
                .hasMessageContaining("57014");

        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void postgresql_ends_an_idle_transaction() {
        String limit = join(pool.query("show idle_in_transaction_session_timeout")
                        .execute())
                .iterator()
                .next()
                .getString(0);

        assertThat(limit).isEqualTo("10s");
    }

    @Test
    void all_connections_go_to_the_server_that_works() {
        Pool several = pool(3, password(Optional.empty()), server(1), server(network.port()));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> backend(several) > 0);

        Future<?> all = Future.all(IntStream.range(0, 3)
                .mapToObj(each -> several.query("select pg_sleep(0.3)").execute())
                .toList());

        join(all);
        assertThat(network.open()).isGreaterThanOrEqualTo(3);
    }

    @Test
    @Promise(6)
    void a_read_only_server_of_a_list_is_not_the_primary() {
        join(pool.query("create role reader login").execute());
        join(pool.query("alter role reader set default_transaction_read_only = on")
                .execute());
        Pool several =
                pool(1, password(Optional.empty()), server(postgres.port()).setUser("reader"), server(network.port()));

        await().atMost(PATIENCE).ignoreExceptions().until(() -> backend(several) > 0);

        assertThat(user(several)).isEqualTo(PostgresServer.USER);
    }

    @Test
    @Promise(6)
    void the_connections_to_the_previous_server_are_closed_if_another_server_is_accepted() {
        Pool several = pool(3, password(Optional.empty()), server(network.port()), server(postgres.port()));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> backend(several) > 0);
        int previous = backend(several);

        network.silenceNew(true);

        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            List<Future<?>> queries = new ArrayList<>();
            IntStream.range(0, 3)
                    .forEach(each ->
                            queries.add(several.query("select pg_sleep(0.3)").execute()));
            join(Future.join(queries).otherwiseEmpty());
            return isClosed(previous);
        });
        network.silenceNew(false);
    }

    private boolean isClosed(int backend) {
        return join(pool.query("select count(*) from pg_stat_activity where pid = " + backend)
                                .execute())
                        .iterator()
                        .next()
                        .getLong(0)
                == 0;
    }

    @Test
    @Promise(6)
    void a_role_without_rights_can_use_several_servers() {
        join(pool.query("create role plain login").execute());

        Pool several = pool(
                1,
                password(Optional.empty()),
                server(network.port()).setUser("plain"),
                server(1).setUser("plain"));

        await().atMost(PATIENCE).ignoreExceptions().until(() -> backend(several) > 0);
        assertThat(user(several)).isEqualTo("plain");
    }

    private static String user(Pool pool) {
        return join(pool.query("select current_user::text").execute())
                .iterator()
                .next()
                .getString(0);
    }

    @Test
    void a_new_connection_uses_the_password_that_the_file_has_now(@TempDir Path folder) throws Exception {
        String first = "p$a${b}\\c%{d}'\"#=: e";
        Path file = Files.writeString(folder.resolve("password"), first + "\n");
        requirePassword("rotated", first);
        DatabasePassword password = password(Optional.of(file));
        Pool rotated = pool(1, password, server(network.port()).setUser("rotated"));
        int before = backend(rotated);

        join(pool.query("alter role rotated password 'second'").execute());
        join(pool.query("select pg_terminate_backend(" + before + ")").execute());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThatThrownBy(() -> backend(rotated)).hasMessageContaining("28P01"));
        Files.writeString(file, "second");
        password.reload();

        assertThat(backend(rotated)).isNotEqualTo(before);
    }

    /** Creates {@code role}, and makes PostgreSQL ask it for its password. PostgreSQL trusts all other roles. */
    private void requirePassword(String role, String password) {
        join(pool.query("create role " + role + " login password '" + password.replace("'", "''") + "'")
                .execute());
        String file =
                join(pool.query("show hba_file").execute()).iterator().next().getString(0);
        join(pool.query("copy (values ('host all " + role + " all scram-sha-256'), ('host all all all trust')) to '"
                        + file + "'")
                .execute());
        join(pool.query("select pg_reload_conf()").execute());
    }
}
