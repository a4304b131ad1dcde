package dev.nexus.broker.verification;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static dev.nexus.broker.verification.VerificationProvider.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of a probe for the body and the headers of an answer, and answers that never reject a credential. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(VerificationProvider.Profile.class)
class VerificationRulesTest extends VerificationTestSupport {

    private static final String JSON_401 = "401 No\nContent-Type: application/json";

    /** A strategy that signs a time, unlike that of the other tests. */
    private static final String SIGNED = """
            {"type": "hmac_payload",
             "config": {"header_name": "X-Sign", "secret_field": "api_key", "timestamp_header": "X-Time"}}""";

    /** A definition with a rule of each kind for answers with the status 401. */
    private static final String BY_BODY = """
            {"path": "/%s",
             "accepted_if": [{"status": 401, "body": {"pointer": "/detail/status", "value": "no_permission"}}],
             "rejected_if": [{"status": 401, "body": {"pointer": "/detail/status", "value": "invalid_key"}},
                             {"status": 401, "body": {"pointer": "/errors/0/code", "value": 1000}}]}""";

    /** A definition that accepts one answer with the status 401, and rejects all others. */
    private static final String EXCEPTION = """
            {"path": "/%s", "rejected": [401],
             "accepted_if": [{"status": 401, "body": {"pointer": "/restricted", "value": true}}]}""";

    private String verify(String strategy, String definition, String head, String body) {
        String script = "scripted";
        VerificationProvider.server().answer(script, head, body);
        provider.register(ACME, "provider.test", strategy, definition.formatted(script));
        RequestedConnection requested = await(flow.beginning(ACME, provider.slug(), provider.slug()));
        try {
            flow.capture(ACME, requested, SECRET);
        } catch (ApiException refused) {
            assertThat(provider.storedCredentials()).isZero();
            return refused.code() == ErrorCode.CREDENTIALS_REJECTED
                    ? "rejected"
                    : refused.code().toString();
        }
        return provider.verification(requested.connectionId()).strip();
    }

    private String verify(String definition, String head, String body) {
        return verify("{\"type\": \"header\"}", definition, head, body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"detail\":{\"status\":\"no_permission\"}}|verified",
                "{\"detail\":{\"status\":\"invalid_key\",\"key\":\"" + SECRET + "\"}}|rejected",
                "{\"errors\":[{\"code\":1000}]}|rejected",
                "{\"errors\":[{\"code\":1001}]}|unverified unexpected_answer",
                "{\"errors\":[{\"code\":\"1000\"}]}|unverified unexpected_answer",
                "{\"detail\":{\"status\":\"address_not_allowed\"}}|unverified unexpected_answer",
                "{\"detail\":\"invalid_key " + SECRET + "\"}|unverified unexpected_answer",
                "{\"detail\":{\"status\":\"invalid_key\"}} x|unverified unexpected_answer",
                "invalid_key " + SECRET + "|unverified unexpected_answer",
                "``|unverified unexpected_answer",
            })
    void the_body_decides_between_answers_with_the_same_status(String body, String outcome) {
        assertThat(verify(BY_BODY, JSON_401, body)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"16384, rejected", "16385, unverified unexpected_answer", "1000000, unverified unexpected_answer"})
    void a_body_decides_only_up_to_16_kib(int length, String outcome) {
        String body = "{\"detail\":{\"status\":\"invalid_key\"}}";

        assertThat(verify(BY_BODY, JSON_401, body + " ".repeat(length - body.length())))
                .isEqualTo(outcome);
    }

    @Test
    void an_incomplete_body_decides_nothing() {
        String body = "{\"detail\":{\"status\":\"invalid_key\"}}";

        assertThat(verify(BY_BODY, JSON_401 + "\nContent-Length: 100", body)).isEqualTo("unverified unexpected_answer");
    }

    @Test
    void the_time_limit_includes_a_body_that_decides() {
        provider.register("provider.test", """
                {"path": "/slow-body", "accepted": [204],
                 "accepted_if": [{"status": 200, "body": {"pointer": "/ok", "value": true}}]}""");

        assertThat(provider.verification(provider.connect())).isEqualTo("unverified timeout");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"restricted\":true}|verified",
                "{\"restricted\":false}|rejected",
                "{}|rejected",
                "no JSON|unverified unexpected_answer",
            })
    void an_exception_from_a_rejected_status_is_not_overlooked_without_the_body(String body, String outcome) {
        assertThat(verify(EXCEPTION, JSON_401, body)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Error: bad-key, rejected",
        "x-error: other, unverified unexpected_answer",
        "X-Other: bad-key, unverified unexpected_answer"
    })
    void a_header_decides(String header, String outcome) {
        String definition = """
                {"path": "/%s", "rejected_if": [{"status": 403, "header": {"name": "x-error", "value": "bad-key"}}]}""";

        assertThat(verify(definition, "403 No\n" + header, "{}")).isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "403 No\ncf-mitigated: challenge",
                "403 No\nContent-Type: text/html",
                "403 No\nContent-Type: text/plain; charset=UTF-8",
                "403 No\nX-Vercel-Mitigated: deny",
                "405 No\nx-amzn-waf-action: captcha",
                "401 No\nCF-Mitigated: challenge",
                "200 OK\nx-amzn-waf-action: challenge",
            })
    void an_answer_of_a_firewall_neither_accepts_nor_rejects(String head) {
        String definition = """
                {"path": "/%s", "rejected": [401, 403, 405],
                 "rejected_if": [{"status": 403, "body": {"pointer": "/a", "value": 1}}]}""";

        assertThat(verify(definition, head, "{\"a\":1}")).isEqualTo("unverified blocked");
    }

    @Test
    void plain_text_with_401_rejects_and_plain_text_with_403_can_be_accepted() {
        assertThat(verify("{\"path\": \"/%s\"}", "401 No\nContent-Type: text/plain", "bad key"))
                .isEqualTo("rejected");
        assertThat(verify("{\"path\": \"/%s\", \"accepted\": [403]}", "403 No\nContent-Type: text/plain", "no"))
                .isEqualTo("verified");
    }

    @ParameterizedTest
    @CsvSource({"-600, unverified clock_skew", "600, unverified clock_skew", "-15, unverified clock_skew", "0, rejected"
    })
    void a_rejection_of_a_signed_time_is_unknown_if_the_clocks_differ(int seconds, String outcome) {
        String definition = "{\"path\": \"/%s\", \"rejected\": [401, 403]}";

        assertThat(verify(SIGNED, definition, "403 No\nDate: " + date(seconds), "{}"))
                .isEqualTo(outcome);
    }

    @Test
    void a_difference_of_the_clocks_does_not_matter_without_a_signed_time_or_a_rejection() {
        String definition = "{\"path\": \"/%s\", \"rejected\": [403]}";

        assertThat(verify(definition, "403 No\nDate: " + date(-600), "{}")).isEqualTo("rejected");
        assertThat(verify(SIGNED, definition, "200 OK\nDate: " + date(-600), "{}"))
                .isEqualTo("verified");
    }

    /** Without the vendor's time, a wrong clock can be the cause. A valid credential must not be rejected. */
    @ParameterizedTest
    @ValueSource(strings = {"403 No\nDate: yesterday", "403 No"})
    void a_rejection_of_a_signed_time_is_unknown_without_the_time_of_the_vendor(String head) {
        assertThat(verify(SIGNED, "{\"path\": \"/%s\", \"rejected\": [403]}", head, "{}"))
                .isEqualTo("unverified clock_skew");
    }

    private static String date(int secondsFromNow) {
        return ZonedDateTime.now(ZoneOffset.UTC)
                .plus(Duration.ofSeconds(secondsFromNow))
                .format(DateTimeFormatter.RFC_1123_DATE_TIME);
    }

    @Test
    void an_inconclusive_body_follows_when_unknown() {
        String refusing = BY_BODY.replace("\"accepted_if\"", "\"when_unknown\": \"refuse\", \"accepted_if\"");
        VerificationProvider.server().answer("scripted", JSON_401, "{}");
        provider.register("provider.test", refusing.formatted("scripted"));
        RequestedConnection requested = await(flow.beginning(ACME, provider.slug(), provider.slug()));

        assertThat(refusal(flow.capturing(ACME, requested, SECRET))).isEqualTo(ErrorCode.VERIFICATION_UNAVAILABLE);
        assertThat(provider.storedCredentials()).isZero();
    }
}
