package dev.nexus.gateway.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.ApiException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Converts the failure of a call to the Broker to the error for the caller, as {@link BrokerErrors} defines. Logs
 * failures of the Broker and of the connection to it.
 */
@Singleton
class CallerErrors {

    private static final Logger LOG = Logger.getLogger(CallerErrors.class);
    private static final int MAX_DETAILS = 200;
    private static final int MAX_TEXT = 2_000;

    private final ObjectMapper json;

    CallerErrors(ObjectMapper json) {
        this.json = json;
    }

    /** Returns the error for the caller: an {@link ApiException}. Returns an ApiException unchanged. */
    Throwable of(Throwable failure) {
        if (failure instanceof BrokerRefusal refusal) {
            return refusal(refusal.status(), refusal.body());
        }
        if (CallFailure.isUnreadable(failure)) {
            return BrokerAnswer.unreadable(CallFailure.rootName(failure));
        }
        return failure instanceof ApiException ? failure : unreachable(failure);
    }

    private ApiException refusal(int status, byte[] body) {
        JsonNode error = read(body);
        Optional<ErrorCode> code =
                ErrorCode.fromWire(error.path("error").asText()).filter(known -> known.status() == status);
        return switch (code.map(BrokerErrors::of).orElseGet(() -> BrokerErrors.of(status))) {
            case FORWARD -> {
                if (status >= 500) {
                    LOG.errorf("The Broker failed: status=%d code=%s", status, name(code));
                }
                yield new ApiException(
                        code.orElseThrow(), bounded(error.path("message").asText()), details(error));
            }
            case INTERNAL -> {
                LOG.errorf("The Broker failed: status=%d code=%s", status, name(code));
                yield ApiErrors.internal();
            }
            case UNAVAILABLE -> {
                LOG.warnf("The Broker is unavailable: status=%d code=%s", status, name(code));
                yield ApiErrors.unavailable();
            }
        };
    }

    private static String name(Optional<ErrorCode> code) {
        return code.map(ErrorCode::wire).orElse("none");
    }

    private JsonNode read(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static String bounded(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    private static List<ErrorBody.Detail> details(JsonNode error) {
        List<ErrorBody.Detail> details = new ArrayList<>();
        for (JsonNode detail : error.path("details")) {
            if (details.size() < MAX_DETAILS) {
                details.add(new ErrorBody.Detail(
                        bounded(detail.path("pointer").asText()),
                        bounded(detail.path("rule").asText()),
                        bounded(detail.path("message").asText())));
            }
        }
        return details;
    }

    private static ApiException unreachable(Throwable failure) {
        LOG.warnf("The Broker did not answer: %s", CallFailure.of(failure).cause());
        return ApiErrors.unavailable();
    }
}
