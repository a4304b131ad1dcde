package dev.nexus.broker.provider;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.HibernateStatements;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A capture and a deletion of the provider cannot both succeed, unless the deletion is forced. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ProviderDeletionRaceTest {

    private static final Precondition NONE = new Precondition(null, null);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String DONE = "done";

    private static final String DEFINITION = """
            {"name": "Own", "auth_type": "api_key", "strategy": {"type": "header"},
             "credential_schema": {"type": "object", "properties": {"api_key": {"type": "string"}}}}
            """;

    /** The lock that a capture takes, as in CaptureStatements.CLAIM. */
    private static final String LOCK_OF_CAPTURE = "select id from provider where slug = $1 for key share";

    private static final String ACTIVATE =
            "update connection set status = 'active', activated_at = clock_timestamp() where id = $1";

    @Inject
    ProviderRepository providers;

    @Inject
    PutProvider put;

    @Inject
    DeleteProvider delete;

    @Inject
    Pool pool;

    @Inject
    Flow flow;

    private final String slug = "race-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void putProvider() {
        await(put.run(ACME, slug, NONE, DEFINITION.getBytes(UTF_8)));
    }

    @Test
    void a_change_locks_the_provider_and_its_version_without_blocking_captures() {
        List<String> locks = new ArrayList<>();
        for (Optional<UUID> id : List.of(Optional.of(id()), Optional.<UUID>empty())) {
            try (HibernateStatements statements = HibernateStatements.open()) {
                await(providers.withTenantLock("acme", () -> providers.lockToChange("acme", slug, id)));

                locks.addAll(statements.all().stream()
                        .filter(statement -> statement.contains("from provider"))
                        .toList());
            }
        }

        assertThat(locks)
                .hasSize(2)
                .allSatisfy(
                        sql -> assertThat(sql)
                                .matches(
                                        "(?s).* from provider (\\w+) join provider_version (\\w+) .* for no key update of \\1,\\2"));
    }

    private UUID id() {
        return flow.sql("select id from provider where slug = $1", slug)
                .iterator()
                .next()
                .getUUID(0);
    }

    private Uni<String> deleting() {
        return outcome(Uni.createFrom().deferred(() -> delete.run(ACME, slug, NONE, false)));
    }

    /** The error code of {@code answer}, or {@link #DONE}. */
    private static Uni<String> outcome(Uni<?> answer) {
        return answer.map(item -> DONE)
                .onFailure(ApiException.class)
                .recoverWithItem(failure -> failure.code().wire());
    }

    private boolean deletionWaits() {
        return flow.count("""
                        select count(*) from pg_stat_activity
                        where wait_event_type = 'Lock' and query ~ 'provider' and query ~ 'for '
                        """) > 0;
    }

    @Test
    void a_deletion_waits_for_a_running_capture_and_is_then_refused() {
        RequestedConnection requested = await(flow.beginning(ACME, "w", slug));
        SqlConnection capture = await(pool.getConnection());
        await(capture.query("begin").execute());
        await(capture.preparedQuery(LOCK_OF_CAPTURE).execute(Tuple.of(slug)));

        CompletableFuture<String> deletion = deleting().subscribeAsCompletionStage();
        await().atMost(PATIENCE).until(() -> deletion.isDone() || deletionWaits());
        boolean waited = !deletion.isDone();
        await(capture.preparedQuery(ACTIVATE).execute(Tuple.of(requested.connectionId())));
        await(capture.query("commit").execute());
        await(capture.close());

        assertThat(waited).isTrue();
        assertThat(deletion).succeedsWithin(PATIENCE).isEqualTo(ErrorCode.PROVIDER_IN_USE.wire());
    }

    @Test
    void exactly_one_of_a_concurrent_capture_and_deletion_succeeds() {
        for (int round = 0; round < 20; round++) {
            RequestedConnection requested = await(flow.beginning(ACME, "w" + round, slug));

            List<String> outcomes = await(Uni.join()
                    .all(outcome(flow.capturing(ACME, requested, "key")), deleting())
                    .andFailFast());

            assertThat(outcomes)
                    .isIn(
                            List.of(DONE, ErrorCode.PROVIDER_IN_USE.wire()),
                            List.of(ErrorCode.CONNECTION_NOT_ACTIVE.wire(), DONE));
            if (outcomes.get(0).equals(DONE)) {
                flow.revoke(ACME, requested.connectionId());
            } else {
                putProvider();
            }
        }
    }
}
