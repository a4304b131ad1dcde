package dev.nexus.broker.connection;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.broker.testing.BrokerRequest;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.LogLines;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.Scope;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Broker logs and counts an active connection whose credential is missing or not decryptable. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class UnreadableCredentialTest {

    @Inject
    Flow flow;

    @Inject
    MeterRegistry meters;

    private final String workspace = "workspace-" + UUID.randomUUID();

    private double unreadable(String reason) {
        return meters.get("nexus.sealed.values.unreadable")
                .tags("kind", "credential", "reason", reason)
                .counter()
                .count();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing         | delete from credential where connection_id = $1",
                "not_decryptable | update credential set ciphertext = set_byte(ciphertext, 20, 255 - get_byte(ciphertext, 20)) where connection_id = $1",
                "not_decryptable | update credential set ciphertext = '' where connection_id = $1",
                "not_decryptable | update credential set cipher = 'transit:another' where connection_id = $1",
                "not_decryptable | update credential set ciphertext = (select o.ciphertext from credential o join connection c on c.id = o.connection_id where c.status = 'active' and o.connection_id <> $1 limit 1) where connection_id = $1",
            })
    void an_unreadable_credential_is_a_500_that_is_logged_with_its_connection_and_counted(String reason, String loss) {
        flow.connect(ACME, "another-" + UUID.randomUUID(), "another");
        UUID connection = flow.connect(ACME, workspace, "canary-81ff");
        double before = unreadable(reason);
        flow.sql(loss, connection);

        try (LogLines log = LogLines.open()) {
            BrokerRequest.as(ACME, Scope.TOKENS_READ)
                    .get("/internal/v1/connections/" + connection + "/token")
                    .then()
                    .statusCode(500)
                    .body("error", equalTo("internal"));
            BrokerRequest.as(ACME, Scope.CONNECTIONS_WRITE)
                    .post("/internal/v1/connections/" + connection + "/verify")
                    .then()
                    .statusCode(500)
                    .body("error", equalTo("internal"));

            assertThat(log.all())
                    .anyMatch(line -> line.startsWith("ERROR")
                            && line.contains(
                                    "kind=credential reason=" + reason + " tenant=acme connection=" + connection));
            assertThat(log.all()).noneMatch(line -> line.contains("canary"));
        }
        assertThat(unreadable(reason)).isEqualTo(before + 2);
        assertThat(flow.count(
                        "select count(*) from audit_event where connection_id = $1 and action = 'credential.read'"
                                + " and outcome = 'failure'",
                        connection))
                .isEqualTo(1);
        flow.sql("delete from credential where connection_id = $1", connection);
    }

    @Test
    void a_connection_that_is_not_active_is_refused_and_not_counted_as_unreadable() {
        UUID pending = flow.begin(ACME, workspace).connectionId();
        UUID superseded = flow.connect(ACME, workspace, "old");
        UUID revoked = flow.connect(ACME, workspace, "new");
        flow.sql("delete from credential where connection_id = $1", superseded);
        flow.revoke(ACME, revoked);
        double before = unreadable("missing");

        assertThat(refusal(flow.reading(ACME, pending))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(refusal(flow.reading(ACME, superseded))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(refusal(flow.reading(ACME, revoked))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(unreadable("missing")).isEqualTo(before);
    }
}
