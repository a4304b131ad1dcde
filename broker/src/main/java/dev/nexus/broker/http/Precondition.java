package dev.nexus.broker.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers If-Match and If-None-Match (RFC 9110, 13.1). If-Match accepts entity tags or {@code *}. If-None-Match
 * accepts only {@code *}.
 *
 * @param ifMatch the header's value, or null if it was not sent
 * @param ifNoneMatch the header's value, or null if it was not sent
 */
public record Precondition(
        @Nullable String ifMatch, @Nullable String ifNoneMatch) {

    public Precondition {
        if (ifNoneMatch != null && !ifNoneMatch.strip().equals("*")) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "If-None-Match must be *");
        }
    }

    /**
     * Checks that the stored object, or its absence, meets the conditions.
     *
     * @param etag the quoted ETag of the stored object, or empty if none is stored
     * @param noun the kind of object, for the message: {@code provider} or {@code webhook}
     * @throws ApiException precondition_failed if a condition is not met
     */
    public void check(Optional<String> etag, String noun) {
        if (ifNoneMatch != null && etag.isPresent()) {
            throw failed("If-None-Match: the " + noun + " already exists. Send its ETag in If-Match to change it.");
        }
        if (ifMatch != null && etag.filter(this::matches).isEmpty()) {
            throw failed(
                    "If-Match: the " + noun + " does not exist or has changed since this ETag. Fetch it and retry.");
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
