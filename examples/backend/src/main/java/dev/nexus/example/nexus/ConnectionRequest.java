package dev.nexus.example.nexus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * The body of POST /v1/request-connection.
 *
 * @param workspaceId the owner of the connection: here, the user's id
 * @param providerId UUID or slug
 * @param returnUrl the address of the callback
 * @param displayName the user's account in this application; the hosted page shows it
 * @param label distinguishes several connections of one user and provider
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConnectionRequest(
        String workspaceId,
        String providerId,
        String returnUrl,
        String displayName,
        @Nullable String label) {

    /** Omits the return URL, because its nonce is secret. */
    @Override
    public String toString() {
        return "ConnectionRequest[" + workspaceId + ", " + providerId + "]";
    }
}
