package dev.nexus.broker.database;

import static dev.nexus.broker.testing.Flow.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;

/** Sessions and transactions of the administrative use cases, tested on a real PostgreSQL. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class EntityTransactionsTest {

    private static final String LOCK = "select pg_advisory_xact_lock(4711)";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @Inject
    EntityTransactions transactions;

    @Inject
    Vertx vertx;

    @Inject
    Pool pool;

    @Inject
    Flow flow;

    @Inject
    MeterRegistry meters;

    @ConfigProperty(name = "quarkus.datasource.reactive.max-size")
    int poolSize;

    private static Uni<Object> query(String statement) {
        return Panache.getSession()
                .chain(session ->
                        session.createNativeQuery(statement, Object.class).getSingleResult());
    }

    /** Takes and returns all connections of the pool at the same time, to show that none is leaked. */
    private void assertPoolIsIdle() {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            List<Uni<SqlConnection>> all = IntStream.range(0, poolSize)
                    .mapToObj(each -> pool.getConnection())
                    .toList();
            List<SqlConnection> taken =
                    Uni.join().all(all).andCollectFailures().await().atMost(PATIENCE);
            taken.forEach(connection -> connection.close().await().atMost(PATIENCE));
        });
    }

    @Test
    void sessions_use_the_pool_with_the_limits_of_the_broker() {
        Object limit = await(transactions.read(
                () -> query("select current_setting('statement_timeout') || current_setting('application_name')")));

        assertThat(limit).isEqualTo("2snexus-broker");
    }

    @Test
    void work_and_result_stay_on_one_context() {
        List<Boolean> answers = await(transactions.write("acme", () -> {
            Object own = Vertx.currentContext();
            return query("select 1")
                    .map(one -> Vertx.currentContext() == own)
                    .call(() -> query("select 2"))
                    .map(first -> List.of(first, Vertx.currentContext() == own));
        }));

        assertThat(answers).containsExactly(true, true);
    }

    @Test
    void each_transaction_has_its_own_session_and_the_caller_continues_in_its_own_context() {
        Context callers = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(callers, true);
        List<Object> sessions = new CopyOnWriteArrayList<>();
        List<Object> contexts = new CopyOnWriteArrayList<>();
        List<Object> requests = new CopyOnWriteArrayList<>();
        Supplier<Uni<Object>> work = () -> {
            contexts.add(Vertx.currentContext());
            requests.add(MDC.get("request"));
            return Panache.getSession().invoke(sessions::add).chain(() -> query("select 1"));
        };
        CompletableFuture<Context> answered = new CompletableFuture<>();

        callers.runOnContext(ignored -> {
            MDC.put("request", "7");
            transactions
                    .read(() -> work.get().call(() -> transactions.write("acme", work)))
                    .subscribe()
                    .with(item -> answered.complete(Vertx.currentContext()), answered::completeExceptionally);
        });

        assertThat(answered.orTimeout(60, TimeUnit.SECONDS).join()).isSameAs(callers);
        assertThat(sessions).hasSize(2).doesNotHaveDuplicates();
        assertThat(contexts).hasSize(2).doesNotHaveDuplicates().doesNotContain(callers);
        assertThat(requests).containsExactly("7", "7");
    }

    @Test
    void the_pool_is_idle_after_lock_timeouts() {
        SqlConnection holder = await(pool.getConnection());
        await(holder.query("begin").execute());
        await(holder.query(LOCK).execute());
        try {
            List<Uni<Object>> waiting = IntStream.range(0, poolSize - 1)
                    .mapToObj(each ->
                            transactions.write(LIMIT, () -> query(LOCK).map(locked -> (Object) "held")))
                    .toList();

            assertThatThrownBy(() ->
                            Uni.join().all(waiting).andCollectFailures().await().atMost(PATIENCE))
                    .isNotInstanceOf(io.smallrye.mutiny.TimeoutException.class);
        } finally {
            await(holder.query("rollback").execute());
            await(holder.close());
        }

        assertPoolIsIdle();
        assertThat(await(transactions.read(() -> query("select 1")))).isEqualTo(1);
    }

    @Test
    void a_cancelled_transaction_returns_its_connection_and_writes_nothing() {
        flow.sql("create table if not exists written (id int)");
        SqlConnection holder = await(pool.getConnection());
        await(holder.query("begin").execute());
        await(holder.query(LOCK).execute());

        Uni<Object> abandoned = transactions
                .write(
                        "acme",
                        () -> query("insert into written values (1) returning id")
                                .call(() -> query(LOCK)))
                .ifNoItem()
                .after(Duration.ofMillis(300))
                .fail();

        assertThatThrownBy(() -> abandoned.await().atMost(PATIENCE))
                .isInstanceOf(io.smallrye.mutiny.TimeoutException.class);
        await(holder.query("rollback").execute());
        await(holder.close());
        assertPoolIsIdle();
        assertThat(flow.count("select count(*) from written")).isZero();
    }

    @Test
    void work_whose_caller_has_cancelled_before_its_turn_does_not_begin() {
        SqlConnection holder = await(pool.getConnection());
        await(holder.query("begin").execute());
        await(holder.query(LOCK).execute());
        AtomicInteger begun = new AtomicInteger();
        Supplier<Uni<Object>> work = () -> {
            begun.incrementAndGet();
            return query("select 1");
        };
        for (int i = 0; i < poolSize / 2; i++) {
            transactions.write("tenant-" + i % 2, () -> query(LOCK)).subscribe().with(item -> {}, failure -> {});
        }
        await().atMost(PATIENCE).until(() -> waitingForLock() == poolSize / 2);

        Cancellable write = transactions.write("acme", work).subscribe().with(item -> {}, failure -> {});
        Cancellable read = transactions.read("acme", work).subscribe().with(item -> {}, failure -> {});
        await().pollInterval(Duration.ofMillis(5)).until(() -> waitingForTurn() == 2);
        write.cancel();
        read.cancel();
        await(holder.query("rollback").execute());
        await(holder.close());

        assertPoolIsIdle();
        assertThat(begun).hasValue(0);
    }

    private long waitingForLock() {
        return flow.count("select count(*) from pg_locks where locktype = 'advisory' and not granted");
    }

    private double waitingForTurn() {
        return meters.get("nexus.database.waiting").gauge().value();
    }

    @Test
    void work_that_does_not_end_fails_at_its_deadline() {
        assertThatThrownBy(() -> transactions
                        .write(Duration.ofMillis(50), () -> query("select pg_sleep(0.5)"))
                        .await()
                        .atMost(PATIENCE))
                .hasRootCauseInstanceOf(TimeoutException.class);

        assertPoolIsIdle();
    }

    @Test
    void an_error_of_postgresql_is_found_inside_exceptions_of_hibernate() {
        Throwable failure = failureOf("select 1/0");

        assertThat(DatabaseFailures.isDatabaseError(failure)).isTrue();
        assertThat(DatabaseFailures.isTransient(failure)).isFalse();
        assertThat(DatabaseFailures.describe(failure)).startsWith("sqlstate=22012 condition=data_exception");
    }

    @Test
    void a_resource_shortage_inside_exceptions_of_hibernate_is_transient() {
        flow.sql("""
                create or replace function no_room() returns int language plpgsql as $$
                begin
                    raise exception 'no room' using errcode = 'disk_full';
                end $$
                """);

        Throwable failure = failureOf("select no_room()");

        assertThat(DatabaseFailures.isTransient(failure)).isTrue();
        assertThat(DatabaseFailures.describe(failure)).startsWith("sqlstate=53100 condition=disk_full message=");
    }

    @Test
    void an_exhausted_pool_fails_with_the_exception_of_the_sql_client() {
        List<SqlConnection> taken = IntStream.range(0, poolSize)
                .mapToObj(each -> await(pool.getConnection()))
                .toList();
        try {
            Throwable failure = failureOf("select 1");

            assertThat(DatabaseFailures.unwrap(failure)).isInstanceOf(NoStackTraceThrowable.class);
        } finally {
            taken.forEach(connection -> await(connection.close()));
        }
    }

    private Throwable failureOf(String statement) {
        return transactions
                .read(() -> query(statement))
                .onItemOrFailure()
                .transform((item, failure) -> failure)
                .await()
                .atMost(PATIENCE);
    }

    @Test
    void bind_parameters_cannot_be_logged() {
        // The build removes trace messages (quarkus.log.min-level). Hibernate logs parameters only as trace messages.
        assertThat(Logger.getLogger("org.hibernate.orm.jdbc.bind").isTraceEnabled())
                .isFalse();
        assertThat(Logger.getLogger("org.hibernate.orm.jdbc.error").isEnabled(Logger.Level.ERROR))
                .isFalse();
    }
}
