package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What the Gateway asks the Broker to begin a connection with; already checked by the Gateway (lengths, the return
 * URL's origin). The tenant is the service token's. Prints without the return URL: it may bear what proves the way back.
 *
 * @param provider a provider's UUID or slug
 * @param label absent means the empty label
 * @param displayName the account that the connection is for, as the capture page shows it; 1–100 characters
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
