package dev.nexus.example.nexus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if the Gateway refuses a request or does not respond. {@link #code()} has the error code, see
 * docs/reference/errors.md of Nexus. The message contains nothing of the request, and the exception has no cause,
 * because exceptions of the HTTP client quote the URL, which may contain a state token.
 */
public final class NexusFailure extends RuntimeException {

    /** The code for a missing response. It is unknown whether the Gateway processed the request. */
    public static final String NO_ANSWER = "no_answer";

    /** The code for a response that does not match the API. */
    public static final String UNREADABLE = "unreadable";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<Detail> details;
    private final int retryAfter;

    /**
     * One violated rule.
     *
     * @param pointer RFC 6901 pointer into the request body
     * @param message the requirement, in a form for users
     */
    public record Detail(String pointer, String rule, String message) {}

    NexusFailure(int status, String code, @Nullable List<Detail> details, int retryAfter) {
        super("The call to the Gateway failed: " + code);
        this.status = status;
        this.code = code;
        this.details = details == null ? List.of() : List.copyOf(details);
        this.retryAfter = retryAfter;
    }

    static NexusFailure noAnswer() {
        return new NexusFailure(0, NO_ANSWER, null, 0);
    }

    /** The error for an unknown id, and for another user's connection. */
    public static NexusFailure noSuchConnection() {
        return new NexusFailure(404, "connection_not_found", null, 0);
    }

    /** The error for a response that does not match the API. */
    public static NexusFailure unreadable() {
        return new NexusFailure(0, UNREADABLE, null, 0);
    }

    /** The HTTP status; 0 if the Gateway did not respond, or if its response does not match the API. */
    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public boolean is(String other) {
        return code.equals(other);
    }

    /** The violated rules, for invalid_credentials and invalid_request. */
    public List<Detail> details() {
        return details;
    }

    /** Seconds to wait before a retry, for 429 and 503; 0 if the response does not have Retry-After. */
    public int retryAfter() {
        return retryAfter;
    }
}
