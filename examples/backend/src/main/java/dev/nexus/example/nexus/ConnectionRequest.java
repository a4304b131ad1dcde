package dev.nexus.example.nexus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * The body of POST /v1/request-connection.
 *
 * @param workspaceId whose connection it is to be: here, the user's id
 * @param providerId UUID or slug
 * @param returnUrl where the browser comes back to
 * @param displayName the account here that it is for; Nexus's page shows it
 * @param label tells several connections of one user and provider apart
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConnectionRequest(
        String workspaceId,
        String providerId,
        String returnUrl,
        String displayName,
        @Nullable String label) {

    /** Without the return URL: it bears what proves the way back. */
    @Override
    public String toString() {
        return "ConnectionRequest[" + workspaceId + ", " + providerId + "]";
    }
}
