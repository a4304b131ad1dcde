package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a verified state is about: what a page needs that asks a user for the credentials. Nothing in it is secret from that
 * user. Prints the connection's id alone: a return URL may bear what proves the way back.
 *
 * @param tenant whose connection it is; chooses the branding
 * @param displayName the account that the connection is for, as the caller named it
 * @param credentialSchema the JSON Schema's text
 * @param language BCP 47 tag of the provider's texts; null if it is not known
 * @param fields by the name of the schema's property; absent or null for a field of which there is nothing to say
 * @param expiresIn seconds until the state expires, 0 where it has
 * @param redirectUrl the return URL with the outcome of leaving now: a refusal while the state is good, success where it
 *     has been used
 * @param error what the state is refused with; null while it is good
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
