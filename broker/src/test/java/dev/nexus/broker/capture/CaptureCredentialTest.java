package dev.nexus.broker.capture;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.GLOBEX;
import static dev.nexus.broker.testing.Flow.STATE;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.state.StateTokens.StateSubject;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class CaptureCredentialTest {

    @Inject
    Flow flow;

    @Inject
    ShowCaptureSchema schemas;

    @Inject
    CaptureStatements connections;

    private static String workspace() {
        return "workspace-" + UUID.randomUUID();
    }

    private static Uni<String> outcome(Uni<CapturedConnection> capture) {
        return capture.map(CapturedConnection::status)
                .onFailure(ApiException.class)
                .recoverWithItem(refused -> refused.code().wire());
    }

    private static List<String> awaitAll(List<Uni<String>> captures) {
        return await(Uni.join().all(captures).andCollectFailures());
    }

    @Test
    void a_capture_makes_the_connection_active_and_the_credential_readable() {
        UUID connection = flow.connect(ACME, workspace(), "pat_abc123xyz");

        assertThat(flow.status(connection)).isEqualTo("active");
        assertThat(flow.read(ACME, connection)).contains("\"credentials\":{\"api_key\":\"pat_abc123xyz\"}");
    }

    @Test
    @Promise(8)
    void exactly_one_of_fifty_submits_of_one_state_succeeds_and_is_stored() {
        // Warms up the service: the fifty concurrent captures must finish within the request deadline.
        flow.connect(ACME, workspace(), "first");
        RequestedConnection requested = flow.begin(ACME, workspace());

        List<String> outcomes = awaitAll(IntStream.range(0, 50)
                .mapToObj(i -> outcome(flow.capturing(ACME, requested, "key-" + i)))
                .toList());

        assertThat(outcomes).filteredOn("success"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("state_used"::equals).hasSize(49);
        String winner = "key-" + outcomes.indexOf("success");
        assertThat(flow.read(ACME, requested.connectionId())).contains("\"" + winner + "\"");
    }

    @Test
    void fifty_captures_for_one_workspace_all_succeed_and_form_one_chain_with_one_active_connection() {
        String workspace = workspace();
        List<RequestedConnection> requested = IntStream.range(0, 50)
                .mapToObj(i -> flow.begin(ACME, workspace))
                .toList();

        List<String> outcomes = awaitAll(requested.stream()
                .map(one -> outcome(flow.capturing(ACME, one, "key")))
                .toList());

        assertThat(outcomes).containsOnly("success");
        assertThat(flow.count(
                        "select count(*) from connection where workspace_id = $1 and status = 'active'", workspace))
                .isEqualTo(1);
        assertThat(flow.count("""
                        with recursive chain as (
                            select id, 1 as length from connection where workspace_id = $1 and status = 'active'
                            union all
                            select c.id, chain.length + 1 from connection c join chain on c.replaced_by = chain.id)
                        select max(length)::bigint from chain
                        """, workspace)).isEqualTo(50);
    }

    @Test
    void a_rejection_after_a_successful_capture_is_not_recorded() {
        RequestedConnection requested = flow.begin(ACME, workspace());
        PresentedConnection read = await(connections.find(new StateSubject(ACME.tenant(), requested.connectionId())))
                .orElseThrow();
        flow.capture(ACME, requested, "good");

        assertThat(refusal(Uni.createFrom().deferred(() -> connections.recordRejection(ACME, read))))
                .isEqualTo(ErrorCode.STATE_USED);
        assertThat(flow.count(
                        "select count(*) from audit_event where connection_id = $1 and action = 'connection.verified'",
                        requested.connectionId()))
                .isZero();
    }

    @Test
    void a_state_of_another_tenant_is_invalid() {
        RequestedConnection requested = flow.begin(ACME, workspace());

        assertThat(refusal(flow.capturing(GLOBEX, requested, "stolen"))).isEqualTo(ErrorCode.INVALID_STATE);
        assertThat(refusal(schemas.run(GLOBEX, requested.state()))).isEqualTo(ErrorCode.INVALID_STATE);
        assertThat(flow.status(requested.connectionId())).isEqualTo("pending");
    }

    @Test
    void the_auth_routes_need_only_the_state() {
        RequestedConnection requested = flow.begin(ACME, workspace());

        assertThat(await(schemas.run(STATE, requested.state()))).contains("Personal Access Token");
        assertThat(flow.capture(STATE, requested, "key").connectionId()).isEqualTo(requested.connectionId());
    }

    @Test
    @Promise(22)
    void a_state_of_a_revoked_connection_is_refused_with_connection_not_active() {
        RequestedConnection requested = flow.begin(ACME, workspace());
        flow.revoke(ACME, requested.connectionId());

        assertThat(refusal(flow.capturing(ACME, requested, "key"))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
    }

    @Test
    @Promise(22)
    void an_expired_state_is_refused_before_and_after_the_sweep() {
        RequestedConnection requested = flow.begin(ACME, workspace());
        flow.sql("update connection set expires_at = now() where id = $1", requested.connectionId());

        assertThat(refusal(flow.capturing(ACME, requested, "key"))).isEqualTo(ErrorCode.STATE_EXPIRED);
        flow.sql("update connection set status = 'expired' where id = $1", requested.connectionId());
        assertThat(refusal(flow.capturing(ACME, requested, "key"))).isEqualTo(ErrorCode.STATE_EXPIRED);
    }

    @Test
    void a_refused_credential_leaves_the_state_valid() {
        RequestedConnection requested = flow.begin(ACME, workspace());

        assertThat(refusal(flow.capturing(ACME, requested, " "))).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(flow.capture(ACME, requested, "key").status()).isEqualTo("success");
    }

    @Test
    void a_superseded_connection_is_readable_in_its_grace_period_and_names_its_successor() {
        String workspace = workspace();
        UUID superseded = flow.connect(ACME, workspace, "old");

        UUID successor = flow.connect(ACME, workspace, "new");

        assertThat(flow.read(ACME, superseded)).contains("\"old\"").contains("\"replaced_by\":\"" + successor + "\"");
        assertThat(flow.read(ACME, successor)).contains("\"new\"").doesNotContain("replaced_by");
    }

    @Test
    @Promise(29)
    void a_ciphertext_moved_to_another_row_is_not_decrypted_and_the_failure_is_audited() {
        UUID one = flow.connect(ACME, workspace(), "one");
        UUID other = flow.connect(ACME, workspace(), "other");

        flow.sql(
                "update credential set ciphertext = (select ciphertext from credential where connection_id = $2)"
                        + " where connection_id = $1",
                one,
                other);

        assertThat(refusal(flow.reading(ACME, one))).isEqualTo(ErrorCode.INTERNAL);
        assertThat(flow.count(
                        "select count(*) from audit_event where connection_id = $1 and action = 'credential.read'"
                                + " and outcome = 'failure'",
                        one))
                .isEqualTo(1);
    }

    @Test
    void a_concurrent_capture_and_revocation_leave_no_ciphertext_of_a_revoked_connection() {
        List<RequestedConnection> requested = IntStream.range(0, 40)
                .mapToObj(i -> flow.begin(ACME, workspace()))
                .toList();

        awaitAll(requested.stream()
                .flatMap(one -> Stream.of(
                        outcome(flow.capturing(ACME, one, "key")),
                        flow.revoking(ACME, one.connectionId()).replaceWith("revoked")))
                .toList());

        assertThat(flow.count("select count(*) from connection c join credential k on k.connection_id = c.id"
                        + " where c.status = 'revoked'"))
                .isZero();
        requested.forEach(one -> assertThat(flow.status(one.connectionId())).isEqualTo("revoked"));
    }
}
