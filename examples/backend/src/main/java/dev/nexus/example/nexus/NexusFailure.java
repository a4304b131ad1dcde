package dev.nexus.example.nexus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Gateway refused, or gave no answer. {@link #code()} says which; docs/reference/errors.md of Nexus lists the codes. Neither the
 * message nor a cause holds anything of the request: a client's own exceptions quote the URL, and that may bear a state.
 */
public final class NexusFailure extends RuntimeException {

    /** The code for no answer at all: nobody knows whether the request was carried out. */
    public static final String NO_ANSWER = "no_answer";

    /** The code for an answer that is not what the API promises. */
    public static final String UNREADABLE = "unreadable";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<Detail> details;
    private final int retryAfter;

    /**
     * One thing that is wrong.
     *
     * @param pointer where in the request's body, RFC 6901
     * @param message for people
     */
    public record Detail(String pointer, String rule, String message) {}

    NexusFailure(int status, String code, @Nullable List<Detail> details, int retryAfter) {
        super("The Gateway answered " + code);
        this.status = status;
        this.code = code;
        this.details = details == null ? List.of() : List.copyOf(details);
        this.retryAfter = retryAfter;
    }

    static NexusFailure noAnswer() {
        return new NexusFailure(0, NO_ANSWER, null, 0);
    }

    /** What the Gateway says of an unknown id, and this application of another user's. */
    public static NexusFailure noSuchConnection() {
        return new NexusFailure(404, "connection_not_found", null, 0);
    }

    /** An answer that is not what the API promises. */
    public static NexusFailure unreadable() {
        return new NexusFailure(0, UNREADABLE, null, 0);
    }

    /** The HTTP status; 0 for no answer. */
    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public boolean is(String other) {
        return code.equals(other);
    }

    /** What is wrong with which field, for invalid_credentials and invalid_request. */
    public List<Detail> details() {
        return details;
    }

    /** Seconds to wait, for 429 and 503; 0 where the Gateway does not say. */
    public int retryAfter() {
        return retryAfter;
    }
}
