package dev.nexus.broker.verification;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static dev.nexus.broker.verification.VerificationProvider.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.broker.connection.VerifyConnection;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captures with a verification at a real HTTPS server, which accepts, rejects, or fails in many ways. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(VerificationProvider.Profile.class)
class VerificationTest extends VerificationTestSupport {

    @Inject
    VerifyConnection verify;

    @Test
    void a_valid_credential_is_verified_with_the_defined_request() {
        provider.register("provider.test", "{\"path\": \"/200?x=1\", \"headers\": {\"X-Version\": \"7\"}}");

        assertThat(provider.verification(provider.connect())).isEqualTo("verified ");
        assertThat(provider.lastRequest())
                .startsWith("GET /api/200?x=1 HTTP/1.1\r\n")
                .contains("Authorization: " + SECRET)
                .contains(
                        "X-Version: 7",
                        "host: provider.test:" + VerificationProvider.server().port());
        assertThat(provider.names().lookedUp()).containsExactly("provider.test");
    }

    @Test
    void a_rejected_credential_is_not_stored_and_the_state_stays_valid() {
        provider.register("provider.test", "{\"path\": \"/401\"}");
        RequestedConnection requested = await(flow.beginning(ACME, provider.slug(), provider.slug()));

        assertThat(refusal(flow.capturing(ACME, requested, SECRET))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);

        assertThat(flow.status(requested.connectionId())).isEqualTo("pending");
        assertThat(provider.storedCredentials()).isZero();
        assertThat(provider.connectionView(requested.connectionId()).has("verification"))
                .isFalse();
        assertThat(flow.count(
                        "select count(*) from audit_event where connection_id = $1 and action = 'connection.verified'"
                                + " and outcome = 'failure'",
                        requested.connectionId()))
                .isEqualTo(1);
        flow.sql("update provider_version set verification = replace(verification, '/401', '/200')"
                + " where provider_id = (select id from provider where slug = '" + provider.slug() + "')");
        flow.capture(ACME, requested, SECRET);
        assertThat(provider.verification(requested.connectionId())).isEqualTo("verified ");
    }

    @ParameterizedTest
    @CsvSource({
        "403, unexpected_answer",
        "404, unexpected_answer",
        "204, unexpected_answer",
        "redirect, unexpected_answer",
        "429, rate_limited",
        "500, provider_error",
        "503, provider_error",
        "hang, timeout",
        "slow-head, timeout",
        "closed, unreachable",
        "garbage, unreachable",
        "endless-head, unreachable",
    })
    @Promise(27)
    void the_when_unknown_policy_applies_to_an_inconclusive_verification(String script, String reason) {
        provider.register("provider.test", "{\"path\": \"/%s\", \"when_unknown\": \"refuse\"}".formatted(script));
        RequestedConnection requested = await(flow.beginning(ACME, provider.slug(), provider.slug()));

        assertThat(refusal(flow.capturing(ACME, requested, SECRET))).isEqualTo(ErrorCode.VERIFICATION_UNAVAILABLE);
        assertThat(flow.status(requested.connectionId())).isEqualTo("pending");
        assertThat(provider.storedCredentials()).isZero();

        provider.register("provider.test", "{\"path\": \"/%s\"}".formatted(script));
        assertThat(provider.verification(provider.connect())).isEqualTo("unverified " + reason);
        assertThat(provider.storedCredentials()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"big", "slow-body"})
    void the_response_body_is_not_awaited(String script) {
        provider.register("provider.test", "{\"path\": \"/" + script + "\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("verified ");
    }

    @Test
    void the_definition_sets_the_meaning_of_a_status() {
        provider.register("provider.test", "{\"path\": \"/403\", \"accepted\": [204], \"rejected\": [403]}");
        RequestedConnection requested = await(flow.beginning(ACME, provider.slug(), provider.slug()));

        assertThat(refusal(flow.capturing(ACME, requested, SECRET))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
    }

    @Test
    void an_html_page_of_a_firewall_is_inconclusive() {
        provider.register("provider.test", "{\"path\": \"/403-html\", \"rejected\": [401, 403]}");

        assertThat(provider.verification(provider.connect())).isEqualTo("unverified blocked");
    }

    @Test
    void a_401_with_any_body_rejects_the_credential() {
        provider.register("provider.test", "{\"path\": \"/401-html\"}");
        RequestedConnection requested = await(flow.beginning(ACME, provider.slug(), provider.slug()));

        assertThat(refusal(flow.capturing(ACME, requested, SECRET))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
    }

    @Test
    void the_user_agent_of_the_definition_replaces_the_default() {
        provider.register("provider.test", "{\"path\": \"/200\", \"headers\": {\"user-agent\": \"acme-app/1.0\"}}");

        assertThat(provider.verification(provider.connect())).isEqualTo("verified ");
        assertThat(provider.lastRequest())
                .contains("user-agent: acme-app/1.0\r\n")
                .doesNotContain("Nexus");
    }

    @Test
    void a_post_sends_its_body() {
        provider.register(
                "provider.test",
                "{\"method\": \"POST\", \"path\": \"/200\", \"body\": \"{\\\"query\\\":\\\"me\\\"}\","
                        + " \"content_type\": \"application/json\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("verified ");
        assertThat(provider.lastRequest())
                .startsWith("POST ")
                .contains("Content-Type: application/json")
                .endsWith("{\"query\":\"me\"}");
    }

    @Test
    void a_stored_credential_is_verified_again() {
        provider.register("provider.test", "{\"path\": \"/200\"}");
        UUID connection = provider.connect();
        flow.sql("update provider_version set verification = replace(verification, '/200', '/401')"
                + " where provider_id = (select id from provider where slug = '" + provider.slug() + "')");

        JsonNode view = json.valueToTree(await(verify.run(ACME, connection.toString())));

        assertThat(view.path("status").textValue()).isEqualTo("active");
        assertThat(view.path("verification").path("status").textValue()).isEqualTo("unverified");
        assertThat(view.path("verification").path("reason").textValue()).isEqualTo("rejected");
        assertThat(provider.verification(connection)).isEqualTo("unverified rejected");
        assertThat(flow.read(ACME, connection)).contains(SECRET);
    }

    @Test
    @Promise(19)
    void a_connection_that_is_pending_or_belongs_to_another_tenant_is_not_verified() {
        provider.register("provider.test", "{\"path\": \"/200\"}");
        UUID connection = provider.connect();
        UUID pending = await(flow.beginning(ACME, provider.slug() + "-2", provider.slug()))
                .connectionId();
        int before = VerificationProvider.server().requests().size();

        assertThat(refusal(Uni.createFrom().deferred(() -> verify.run(Flow.GLOBEX, connection.toString()))))
                .isEqualTo(ErrorCode.CONNECTION_NOT_FOUND);
        assertThat(refusal(Uni.createFrom().deferred(() -> verify.run(ACME, pending.toString()))))
                .isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(VerificationProvider.server().requests()).hasSize(before);
    }

    @Test
    void verification_without_a_probe_is_not_supported() {
        UUID connection = flow.connect(ACME, provider.slug(), SECRET);

        assertThat(provider.connectionView(connection).path("verification").toString())
                .isEqualTo("{\"status\":\"not_supported\"}");
    }

    @ParameterizedTest
    @CsvSource({"refuse", "store"})
    void no_credential_is_stored_if_the_stored_base_url_is_invalid(String policy) {
        provider.register("provider.test", "{\"path\": \"/200\", \"when_unknown\": \"%s\"}".formatted(policy));
        RequestedConnection requested = await(flow.beginning(ACME, provider.slug(), provider.slug()));
        int before = VerificationProvider.server().requests().size();
        flow.sql("update provider_version set base_url = replace(base_url, 'https:', 'http:')"
                + " where provider_id = (select id from provider where slug = '" + provider.slug() + "')");

        assertThatThrownBy(() -> await(flow.capturing(ACME, requested, SECRET)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("provider.test");
        assertThat(flow.status(requested.connectionId())).isEqualTo("pending");
        assertThat(provider.storedCredentials()).isZero();
        assertThat(VerificationProvider.server().requests()).hasSize(before);
    }

    @Test
    void a_credential_that_no_request_can_send_is_refused() {
        provider.register("provider.test", "{\"path\": \"/200\"}");
        RequestedConnection requested = await(flow.beginning(ACME, provider.slug(), provider.slug()));

        assertThat(refusal(flow.capturing(ACME, requested, "clé"))).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
}
