package dev.nexus.gateway.apikey;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key's entry in the API keys file.
 *
 * @param sha256 64 hex digits: the SHA-256 of the whole key
 * @param returnOrigins origins that a return_url of this key may have
 * @param expiresAt RFC 3339; absent means never
 */
record ApiKeyEntry(
        @JsonProperty(value = "id", required = true) String id,
        @JsonProperty(value = "tenant", required = true) String tenant,
        @JsonProperty(value = "sha256", required = true) String sha256,
        @JsonProperty(value = "scopes", required = true) List<String> scopes,
        @JsonProperty("return_origins") @Nullable List<String> returnOrigins,
        @JsonProperty("rate") @Nullable Rate rate,
        @JsonProperty("expires_at") @Nullable OffsetDateTime expiresAt,
        @JsonProperty("revoked") boolean revoked) {

    /**
     * A rate limit.
     *
     * @param perSecond requests a second over time, at least 1
     * @param burst requests at once, at least 1
     */
    record Rate(
            @JsonProperty(value = "per_second", required = true)
            long perSecond,

            @JsonProperty(value = "burst", required = true) long burst) {

        /** What a key without a rate of its own has. */
        static final Rate DEFAULT = new Rate(50, 100);
    }

    /** The file's whole content. */
    record Listing(
            @JsonProperty(value = "keys", required = true) List<ApiKeyEntry> keys) {}
}
