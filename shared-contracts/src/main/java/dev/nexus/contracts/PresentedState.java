package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The content of a verified state token, for the hosted page. The user who has the token may see all of it.
 * {@code toString} contains only the connection's id, because the return URL may contain a secret of the caller.
 *
 * @param tenant the owner of the connection; selects the branding
 * @param displayName see {@link ConnectionRequest}; null if the request had none
 * @param credentialSchema the text of the JSON Schema
 * @param language BCP 47 tag of the provider's texts; null if unknown
 * @param fields the presentation by property of the schema. A property is absent if the page uses only the schema for
 *     it. Null if the Broker does not send presentations
 * @param expiresIn seconds until the state expires; 0 if it has expired
 * @param redirectUrl the return URL for a user who leaves the page now. Its status is success if the state has been
 *     redeemed, otherwise an error
 * @param error the error for redeeming the state; null if it can be redeemed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PresentedState(
        @JsonProperty("connection_id") UUID connectionId,
        @JsonProperty("tenant") String tenant,
        @JsonProperty("provider_name") String providerName,
        @JsonProperty("documentation_url") @Nullable String documentationUrl,
        @JsonProperty("display_name") @Nullable String displayName,
        @JsonProperty("credential_schema") String credentialSchema,
        @JsonProperty("language") @Nullable String language,
        @JsonProperty("fields") @Nullable Map<String, PresentedField> fields,
        @JsonProperty("expires_in") long expiresIn,
        @JsonProperty("redirect_url") String redirectUrl,
        @JsonProperty("error") @Nullable ErrorCode error) {

    @Override
    public String toString() {
        return "PresentedState[" + connectionId + "]";
    }
}
