package dev.nexus.broker.verification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nexus.broker.outbound.GuardedAnswer;
import dev.nexus.broker.provider.definition.AnswerRule;
import dev.nexus.broker.provider.definition.Probe;
import dev.nexus.broker.verification.VerificationOutcome.Accepted;
import dev.nexus.broker.verification.VerificationOutcome.Reason;
import dev.nexus.broker.verification.VerificationOutcome.Rejected;
import dev.nexus.broker.verification.VerificationOutcome.Unknown;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * Judges the credential of a probe by the provider's answer and the rules of the definition. Does not reject it if the
 * answer does not come from the provider's API. Does not reject it either if a rule needs a body that was not read, or
 * if the time in the request can explain the rejection. To reject a valid credential is worse than to store an invalid
 * one as unverified.
 */
final class AnswerJudge {

    /**
     * The clocks of the Broker and of the provider may differ by this time. It is the strictest limit that we know of a
     * vendor (https://docs.cdp.coinbase.com/api-reference/derivatives-predictions-api/rest-api/authentication).
     */
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(5);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Probe probe;
    private final GuardedAnswer answer;

    private AnswerJudge(Probe probe, GuardedAnswer answer) {
        this.probe = probe;
        this.answer = answer;
    }

    /**
     * Returns the outcome.
     *
     * @param signedAt the time in the request. Empty if the strategy does not send a time
     * @param now the time of the answer, by the same clock
     */
    static VerificationOutcome judge(Probe probe, GuardedAnswer answer, Optional<Instant> signedAt, Instant now) {
        return new AnswerJudge(probe, answer).judge(signedAt, now);
    }

    private VerificationOutcome judge(Optional<Instant> signedAt, Instant now) {
        if (answer.isBrowserChallenge()) {
            return new Unknown(Reason.BLOCKED);
        }
        int status = answer.status();
        Optional<JsonNode> body = answer.body().flatMap(AnswerJudge::parse);
        if (probe.accepted().contains(status) || matches(probe.acceptedIf(), body)) {
            return new Accepted();
        }
        if (isBlock(status)) {
            return new Unknown(Reason.BLOCKED);
        }
        // Another rule can except some bodies from a rejected status. Without the body, this exception is unknown.
        boolean undecided = probe.readsBody(status) && body.isEmpty();
        if (!undecided && (probe.rejected().contains(status) || matches(probe.rejectedIf(), body))) {
            return signedAt.filter(signed -> clocksMayDiffer(signed, now)).isPresent()
                    ? new Unknown(Reason.CLOCK_SKEW)
                    : new Rejected();
        }
        if (status == 429) {
            return new Unknown(Reason.RATE_LIMITED);
        }
        return new Unknown(status >= 500 ? Reason.PROVIDER_ERROR : Reason.UNEXPECTED_ANSWER);
    }

    private boolean matches(List<AnswerRule> rules, Optional<JsonNode> body) {
        return rules.stream().anyMatch(rule -> rule.matches(answer.status(), answer::header, body));
    }

    /** Returns true if the answer has the form of a firewall's answer, such as Cloudflare's "error code: 1010". */
    private boolean isBlock(int status) {
        if (!answer.isHtml()) {
            return status == FORBIDDEN && answer.isPlainText();
        }
        boolean mayReject = probe.rejected().contains(status)
                || probe.rejectedIf().stream().anyMatch(rule -> rule.status() == status);
        return status == FORBIDDEN || (status != UNAUTHORIZED && mayReject);
    }

    /** Returns empty for a text that is not JSON. The text is not logged, because it can repeat the credential. */
    private static Optional<JsonNode> parse(byte[] body) {
        try {
            return Optional.of(JSON.readTree(body)).filter(json -> !json.isMissingNode());
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    /**
     * Returns true if the provider's time is neither near the time in the request nor near the time of the answer. Also
     * returns true if the answer does not show the provider's time.
     */
    private boolean clocksMayDiffer(Instant signed, Instant now) {
        return answer.header("Date")
                .flatMap(AnswerJudge::date)
                .filter(date -> !date.isBefore(signed.minus(MAX_CLOCK_DIFFERENCE))
                        && !date.isAfter(now.plus(MAX_CLOCK_DIFFERENCE)))
                .isEmpty();
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeParseException noDate) {
            return Optional.empty();
        }
    }
}
