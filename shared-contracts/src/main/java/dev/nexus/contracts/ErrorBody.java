package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The body of every error response of both services.
 *
 * @param error the code's wire form, see {@link ErrorCode}
 * @param message the fault and the remedy in plain text; names the field and the rule, never a value
 * @param details one entry for each violated rule; if empty, the JSON omits it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ErrorBody(String error, String message, List<Detail> details) {

    /**
     * One violated rule.
     *
     * @param pointer RFC 6901 pointer into the request body; empty for the whole body or for another part of the
     *     request
     * @param rule the rule's name, for example {@code required} or {@code minLength}
     * @param message the requirement of the rule; never the value
     */
    public record Detail(String pointer, String rule, String message) {}

    public ErrorBody {
        details = List.copyOf(details);
    }

    public static ErrorBody of(ErrorCode code, String message) {
        return new ErrorBody(code.wire(), message, List.of());
    }
}
