package dev.nexus.broker.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * If-Match and If-None-Match of RFC 9110, 13.1, as far as the administration needs them: entity tags or {@code *} in the first,
 * {@code *} alone in the second.
 *
 * @param ifMatch the header's value; null where it was not sent
 * @param ifNoneMatch the header's value; null where it was not sent
 */
public record Precondition(
        @Nullable String ifMatch, @Nullable String ifNoneMatch) {

    public Precondition {
        if (ifNoneMatch != null && !ifNoneMatch.strip().equals("*")) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "If-None-Match must be *");
        }
    }

    /**
     * Returns where what is stored, or its absence, is what the caller expects; else fails with 412.
     *
     * @param etag of what is stored, quoted; empty where there is none
     * @param noun what it is, for the message
     */
    public void check(Optional<String> etag, String noun) {
        if (ifNoneMatch != null && etag.isPresent()) {
            throw failed("There is such a " + noun + " already");
        }
        if (ifMatch != null && etag.filter(this::matches).isEmpty()) {
            throw failed("The " + noun + " is not in the edition that If-Match names; read it again");
        }
    }

    private boolean matches(String etag) {
        return ifMatch != null
                && Arrays.stream(ifMatch.split(",", -1))
                        .map(String::strip)
                        .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
    }

    private static ApiException failed(String message) {
        return new ApiException(ErrorCode.PRECONDITION_FAILED, message);
    }
}
