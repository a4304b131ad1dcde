package dev.nexus.broker.connection;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.GLOBEX;
import static dev.nexus.broker.testing.Flow.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.broker.capture.CaptureSql;
import dev.nexus.broker.database.DatabaseFailures;
import dev.nexus.broker.database.SharedLookup;
import dev.nexus.broker.testing.BrokerRequest;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.Scope;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.restassured.response.ValidatableResponse;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads that wait at the same moment share one statement. Each caller gets its own row, and only its own error. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class SharedReadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The limits of a lookup. */
    private static final int CALLS = 2;

    private static final int WAITING = 1_000;

    @Inject
    Flow flow;

    @Inject
    ConnectionStatements connections;

    @Inject
    Pool pool;

    @Inject
    DataSource jdbc;

    @Inject
    Vertx vertx;

    private final String workspace = "workspace-" + UUID.randomUUID();

    private Connection session;
    private List<CompletableFuture<?>> blocked = List.of();

    @BeforeEach
    void open_session() throws SQLException {
        flow.sql("create extension if not exists pg_stat_statements");
        session = jdbc.getConnection();
        session.setAutoCommit(false);
    }

    @AfterEach
    void close_session() throws SQLException {
        release();
        session.close();
    }

    /**
     * Locks the table, and occupies all calls of a lookup with reads that wait for the lock. Further reads wait in the
     * Broker. The time-out of a statement is two seconds, so a test must release the lock soon.
     */
    private void block(Supplier<Uni<?>> read) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("select pg_stat_statements_reset()");
            statement.execute("lock table connection in access exclusive mode");
        }
        blocked = IntStream.range(0, CALLS)
                .<CompletableFuture<?>>mapToObj(each -> start(read.get()))
                .toList();
    }

    /** Releases the lock, and awaits the end of the reads that {@link #block} started. */
    private void release() throws SQLException {
        session.rollback();
        awaitBlocked();
    }

    private void awaitBlocked() {
        await().atMost(PATIENCE).until(() -> blocked.stream().allMatch(CompletableFuture::isDone));
    }

    /** Cancels the statements of the reads that {@link #block} started. */
    private void cancelBlocked() {
        AtomicInteger cancelled = new AtomicInteger();
        await().atMost(PATIENCE).until(() -> cancelled.addAndGet(cancelStatements()) == CALLS);
        awaitBlocked();
    }

    private int cancelStatements() throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet count = statement.executeQuery("""
                        select count(pg_cancel_backend(pid)) from pg_stat_activity
                        where wait_event_type = 'Lock' and query like 'select pair.position%'
                        """)) {
            count.next();
            return count.getInt(1);
        }
    }

    private static <T> CompletableFuture<T> start(Uni<T> read) {
        return read.subscribeAsCompletionStage();
    }

    private Uni<Optional<ConnectionView>> finding(String tenant, UUID id) {
        return connections.find(tenant, id);
    }

    private long sharedStatements() {
        return flow.count("select sum(calls)::bigint from pg_stat_statements where query like 'select pair.position%'");
    }

    static Stream<String> statements() {
        return Stream.of(ConnectionStatements.FIND, ConnectionStatements.FIND_STORED, CaptureSql.FIND);
    }

    @ParameterizedTest
    @MethodSource("statements")
    void each_caller_gets_only_the_row_of_its_own_pair(String statement) throws SQLException {
        UUID acme = flow.connect(ACME, workspace, "key");
        UUID globex = flow.connect(GLOBEX, workspace + "-globex", "key");
        SharedLookup lookup = new SharedLookup(pool, statement);

        block(() -> lookup.find("acme", acme));
        List<CompletableFuture<Optional<Row>>> found = List.of(
                start(lookup.find("globex", acme)),
                start(lookup.find("acme", acme)),
                start(lookup.find("acme", UUID.randomUUID())),
                start(lookup.find("acme", globex)),
                start(lookup.find("globex", globex)),
                start(lookup.find("acme", acme)),
                start(lookup.find("", acme)));
        release();

        assertThat(found.stream()
                        .map(CompletableFuture::join)
                        .map(row ->
                                row.map(each -> each.getString("workspace_id")).orElse("none")))
                .containsExactly("none", workspace, "none", "none", workspace + "-globex", workspace, "none");
        assertThat(sharedStatements()).isEqualTo(CALLS + 1);
    }

    @Test
    void a_credential_that_cannot_be_read_fails_only_its_own_caller() throws SQLException {
        UUID acme = flow.connect(ACME, workspace, "key-of-acme");
        UUID globex = flow.connect(GLOBEX, workspace, "key-of-globex");
        UUID lost = flow.connect(ACME, workspace + "-lost", "lost");
        flow.sql("update credential set ciphertext = '' where connection_id = $1", lost);

        block(() -> connections.findStored("acme", acme));
        CompletableFuture<String> readLost = start(flow.reading(ACME, lost));
        CompletableFuture<String> readForeign = start(flow.reading(GLOBEX, acme));
        List<CompletableFuture<String>> read = List.of(
                start(flow.reading(ACME, acme)), start(flow.reading(GLOBEX, globex)), start(flow.reading(ACME, acme)));
        release();

        assertThat(refusal(Uni.createFrom().completionStage(readLost))).isEqualTo(ErrorCode.INTERNAL);
        assertThat(refusal(Uni.createFrom().completionStage(readForeign))).isEqualTo(ErrorCode.CONNECTION_NOT_FOUND);
        assertThat(read.get(0).join()).contains("key-of-acme");
        assertThat(read.get(1).join()).contains("key-of-globex");
        assertThat(read.get(2).join()).contains("key-of-acme");
        assertThat(sharedStatements()).isEqualTo(CALLS + 1);
        flow.sql("delete from credential where connection_id = $1", lost);
    }

    @Test
    void a_row_that_cannot_be_converted_fails_only_its_own_caller() throws SQLException {
        UUID good = flow.begin(ACME, workspace).connectionId();
        UUID bad = flow.begin(ACME, workspace).connectionId();
        flow.sql("alter table connection drop constraint connection_status_check");
        flow.sql("update connection set status = 'unknown' where id = $1", bad);

        block(() -> finding("acme", good));
        CompletableFuture<Optional<ConnectionView>> first = start(finding("acme", bad));
        CompletableFuture<Optional<ConnectionView>> second = start(finding("acme", good));
        release();

        assertThatThrownBy(first::join).hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThat(second.join()).isPresent();
        flow.sql("update connection set status = 'pending' where id = $1", bad);
        flow.sql("alter table connection add constraint connection_status_check"
                + " check (status in ('pending', 'active', 'superseded', 'revoked', 'expired'))");
    }

    @Test
    void a_cancelled_caller_does_not_affect_the_others() throws SQLException {
        UUID id = flow.begin(ACME, workspace).connectionId();

        block(() -> finding("acme", id));
        Cancellable cancelled = finding("acme", id).subscribe().with(found -> {});
        CompletableFuture<Optional<ConnectionView>> other = start(finding("acme", id));
        cancelled.cancel();
        release();

        assertThat(other.join()).isPresent();
    }

    @Test
    void a_failed_statement_fails_its_callers_and_the_next_statement_succeeds() throws SQLException {
        UUID id = flow.begin(ACME, workspace).connectionId();

        block(() -> finding("acme", id));
        cancelBlocked();
        CompletableFuture<Optional<ConnectionView>> next = start(finding("acme", id));
        release();

        assertThat(blocked)
                .allSatisfy(each -> assertThatThrownBy(each::join)
                        .satisfies(failure -> assertThat(DatabaseFailures.isTransient(failure))
                                .isTrue()));
        assertThat(next.join()).isPresent();
    }

    @Test
    void a_full_queue_answers_503_and_recovers() throws SQLException {
        UUID id = flow.begin(ACME, workspace).connectionId();
        // The first request of a test is slow, and the lock must not last that long.
        check(id).statusCode(200);
        // Other tests have blocked statements. The expected wait must not contain them, or it would refuse requests.
        IntStream.range(0, 50).forEach(each -> start(finding("acme", id)).join());

        block(() -> finding("acme", id));
        List<CompletableFuture<Optional<ConnectionView>>> waiting = IntStream.range(0, WAITING)
                .mapToObj(each -> start(finding("acme", id)))
                .toList();
        check(id).statusCode(503).header("Retry-After", equalTo("1")).body("error", equalTo("unavailable"));
        release();

        assertThat(waiting).allSatisfy(each -> assertThat(each.join()).isPresent());
        check(id).statusCode(200);
    }

    private static ValidatableResponse check(UUID id) {
        return BrokerRequest.as(ACME, Scope.CONNECTIONS_READ)
                .get("/internal/v1/connections/" + id)
                .then();
    }

    @Test
    void each_caller_continues_on_its_own_context_with_its_own_log_fields() throws SQLException {
        UUID id = flow.begin(ACME, workspace).connectionId();

        block(() -> finding("acme", id));
        List<CompletableFuture<String>> continued = IntStream.range(0, 10)
                .mapToObj(request -> inRequest("request-" + request, () -> finding("acme", id)))
                .toList();
        release();

        for (int request = 0; request < continued.size(); request++) {
            assertThat(continued.get(request).join()).isEqualTo("request-" + request + " on its own context");
        }
    }

    /**
     * Runs {@code read} on a separate context, as a request does. Returns the values that the next step finds there.
     */
    private CompletableFuture<String> inRequest(String requestId, Supplier<Uni<?>> read) {
        Context own = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(own, true);
        CompletableFuture<String> continued = new CompletableFuture<>();
        own.runOnContext(ignored -> {
            MDC.put("requestId", requestId);
            read.get()
                    .map(found -> MDC.get("requestId")
                            + (Vertx.currentContext() == own ? " on its own context" : " elsewhere"))
                    .subscribe()
                    .with(continued::complete, continued::completeExceptionally);
        });
        return continued;
    }
}
