package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The request of the Gateway to create a connection. The Gateway has checked the lengths of all members, and the origin
 * of the return URL. The service token names the tenant. {@code toString} omits the return URL, which may contain a
 * secret of the caller.
 *
 * @param provider a provider's UUID or slug
 * @param label absent means the empty label
 * @param displayName the user's account in the caller's application, as the hosted page shows it to the user; 1–100
 *     characters. Absent if the caller gives none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConnectionRequest(
        @JsonProperty("workspace_id") String workspaceId,
        @JsonProperty("provider_id") String provider,
        @JsonProperty("return_url") String returnUrl,
        @JsonProperty("label") @Nullable String label,
        @JsonProperty("display_name") @Nullable String displayName) {

    @Override
    public String toString() {
        return "ConnectionRequest[" + workspaceId + ", " + provider + "]";
    }
}
