package dev.nexus.broker.verification;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static dev.nexus.broker.verification.AskedProvider.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.broker.connection.VerifyConnection;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captures whose credential a real HTTPS server is asked about, good, bad and failing in every way. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(AskedProvider.Profile.class)
class VerificationTest extends VerifyingBroker {

    @Inject
    VerifyConnection verify;

    @Test
    void a_good_credential_is_verified_by_the_request_that_the_provider_asks_for() {
        asked.register("provider.test", "{\"path\": \"/200?x=1\", \"headers\": {\"X-Version\": \"7\"}}");

        assertThat(asked.verification(asked.connect())).isEqualTo("verified ");
        assertThat(asked.last())
                .startsWith("GET /api/200?x=1 HTTP/1.1\r\n")
                .contains("Authorization: " + SECRET)
                .contains(
                        "X-Version: 7",
                        "host: provider.test:" + AskedProvider.server().port());
        assertThat(asked.names().lookedUp()).containsExactly("provider.test");
    }

    @Test
    void a_rejected_credential_is_not_stored_and_the_state_works_again() {
        asked.register("provider.test", "{\"path\": \"/401\"}");
        RequestedConnection begun = await(flow.beginning(ACME, asked.slug(), asked.slug()));

        assertThat(refusal(flow.capturing(ACME, begun, SECRET))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);

        assertThat(flow.status(begun.connectionId())).isEqualTo("pending");
        assertThat(asked.stored()).isZero();
        assertThat(asked.shown(begun.connectionId()).has("verification")).isFalse();
        assertThat(flow.count(
                        "select count(*) from audit_event where connection_id = $1 and action = 'connection.verified'"
                                + " and outcome = 'failure'",
                        begun.connectionId()))
                .isEqualTo(1);
        flow.sql("update provider_version set verification = replace(verification, '/401', '/200')"
                + " where provider_id = (select id from provider where slug = '" + asked.slug() + "')");
        flow.capture(ACME, begun, SECRET);
        assertThat(asked.verification(begun.connectionId())).isEqualTo("verified ");
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
    void where_the_provider_cannot_tell_the_policy_decides(String script, String reason) {
        asked.register("provider.test", "{\"path\": \"/%s\", \"when_unknown\": \"refuse\"}".formatted(script));
        RequestedConnection begun = await(flow.beginning(ACME, asked.slug(), asked.slug()));

        assertThat(refusal(flow.capturing(ACME, begun, SECRET))).isEqualTo(ErrorCode.VERIFICATION_UNAVAILABLE);
        assertThat(flow.status(begun.connectionId())).isEqualTo("pending");
        assertThat(asked.stored()).isZero();

        asked.register("provider.test", "{\"path\": \"/%s\"}".formatted(script));
        assertThat(asked.verification(asked.connect())).isEqualTo("unverified " + reason);
        assertThat(asked.stored()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"big", "slow-body"})
    void an_answers_body_is_not_waited_for(String script) {
        asked.register("provider.test", "{\"path\": \"/" + script + "\"}");

        assertThat(asked.verification(asked.connect())).isEqualTo("verified ");
    }

    @Test
    void a_status_means_what_the_definition_says() {
        asked.register("provider.test", "{\"path\": \"/403\", \"accepted\": [204], \"rejected\": [403]}");
        RequestedConnection begun = await(flow.beginning(ACME, asked.slug(), asked.slug()));

        assertThat(refusal(flow.capturing(ACME, begun, SECRET))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
    }

    @Test
    void a_firewalls_page_says_nothing_of_the_credential() {
        asked.register("provider.test", "{\"path\": \"/403-html\", \"rejected\": [401, 403]}");

        assertThat(asked.verification(asked.connect())).isEqualTo("unverified blocked");
    }

    @Test
    void a_401_rejects_whatever_its_body_is() {
        asked.register("provider.test", "{\"path\": \"/401-html\"}");
        RequestedConnection begun = await(flow.beginning(ACME, asked.slug(), asked.slug()));

        assertThat(refusal(flow.capturing(ACME, begun, SECRET))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
    }

    @Test
    void the_definitions_user_agent_is_sent_in_place_of_ours() {
        asked.register("provider.test", "{\"path\": \"/200\", \"headers\": {\"user-agent\": \"acme-app/1.0\"}}");

        assertThat(asked.verification(asked.connect())).isEqualTo("verified ");
        assertThat(asked.last()).contains("user-agent: acme-app/1.0\r\n").doesNotContain("Nexus");
    }

    @Test
    void a_post_carries_its_body() {
        asked.register(
                "provider.test",
                "{\"method\": \"POST\", \"path\": \"/200\", \"body\": \"{\\\"query\\\":\\\"me\\\"}\","
                        + " \"content_type\": \"application/json\"}");

        assertThat(asked.verification(asked.connect())).isEqualTo("verified ");
        assertThat(asked.last())
                .startsWith("POST ")
                .contains("Content-Type: application/json")
                .endsWith("{\"query\":\"me\"}");
    }

    @Test
    void a_stored_credential_is_asked_about_anew() {
        asked.register("provider.test", "{\"path\": \"/200\"}");
        UUID connection = asked.connect();
        flow.sql("update provider_version set verification = replace(verification, '/200', '/401')"
                + " where provider_id = (select id from provider where slug = '" + asked.slug() + "')");

        JsonNode view = json.valueToTree(await(verify.run(ACME, connection.toString())));

        assertThat(view.path("status").textValue()).isEqualTo("active");
        assertThat(view.path("verification").path("status").textValue()).isEqualTo("unverified");
        assertThat(view.path("verification").path("reason").textValue()).isEqualTo("rejected");
        assertThat(asked.verification(connection)).isEqualTo("unverified rejected");
        assertThat(flow.read(ACME, connection)).contains(SECRET);
    }

    @Test
    void what_is_not_active_or_not_ones_own_is_not_asked_about() {
        asked.register("provider.test", "{\"path\": \"/200\"}");
        UUID connection = asked.connect();
        UUID pending =
                await(flow.beginning(ACME, asked.slug() + "-2", asked.slug())).connectionId();
        int before = AskedProvider.server().requests().size();

        assertThat(refusal(Uni.createFrom().deferred(() -> verify.run(Flow.GLOBEX, connection.toString()))))
                .isEqualTo(ErrorCode.CONNECTION_NOT_FOUND);
        assertThat(refusal(Uni.createFrom().deferred(() -> verify.run(ACME, pending.toString()))))
                .isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(AskedProvider.server().requests()).hasSize(before);
    }

    @Test
    void a_provider_that_is_never_asked_is_not_supported() {
        UUID connection = flow.connect(ACME, asked.slug(), SECRET);

        assertThat(asked.shown(connection).path("verification").toString()).isEqualTo("{\"status\":\"not_supported\"}");
    }

    @ParameterizedTest
    @CsvSource({"refuse", "store"})
    void nothing_is_stored_if_the_stored_base_url_cannot_be_read(String policy) {
        asked.register("provider.test", "{\"path\": \"/200\", \"when_unknown\": \"%s\"}".formatted(policy));
        RequestedConnection begun = await(flow.beginning(ACME, asked.slug(), asked.slug()));
        int before = AskedProvider.server().requests().size();
        flow.sql("update provider_version set base_url = replace(base_url, 'https:', 'http:')"
                + " where provider_id = (select id from provider where slug = '" + asked.slug() + "')");

        assertThatThrownBy(() -> await(flow.capturing(ACME, begun, SECRET)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("provider.test");
        assertThat(flow.status(begun.connectionId())).isEqualTo("pending");
        assertThat(asked.stored()).isZero();
        assertThat(AskedProvider.server().requests()).hasSize(before);
    }

    @Test
    void a_credential_that_cannot_be_put_into_the_request_is_refused_by_its_field() {
        asked.register("provider.test", "{\"path\": \"/200\"}");
        RequestedConnection begun = await(flow.beginning(ACME, asked.slug(), asked.slug()));

        assertThat(refusal(flow.capturing(ACME, begun, "clé"))).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
}
