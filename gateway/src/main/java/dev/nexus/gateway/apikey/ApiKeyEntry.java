package dev.nexus.gateway.apikey;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a key in the API keys file.
 *
 * @param sha256 the SHA-256 of the whole key, 64 lower-case hex digits
 * @param returnOrigins the allowed origins of a return_url; null for none
 * @param rate null for {@link Rate#DEFAULT}
 * @param expiresAt RFC 3339; null if the key does not expire
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
     * @param perSecond the average number of requests per second, 1–1,000,000
     * @param burst the maximum number of requests in a burst, 1–1,000,000
     */
    record Rate(
            @JsonProperty(value = "per_second", required = true)
            long perSecond,

            @JsonProperty(value = "burst", required = true) long burst) {

        /** For a key without a configured rate. */
        static final Rate DEFAULT = new Rate(50, 100);
    }

    /** The content of the file. */
    record Listing(
            @JsonProperty(value = "keys", required = true) List<ApiKeyEntry> keys) {}
}
