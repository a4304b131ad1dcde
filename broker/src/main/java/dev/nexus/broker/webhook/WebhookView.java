package dev.nexus.broker.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.nexus.broker.http.Timestamps;
import dev.nexus.broker.webhook.WebhookEndpointRepository.Backlog;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook in the API's form. Never prints its values, because they can contain a secret.
 *
 * @param status enabled, or disabled because the receiver responded with 410
 * @param secrets the validity of the valid secrets, newest first
 * @param pending the number of undelivered events
 * @param lastFailure the outcome of the last failed attempt of one event that waits for a retry: the event whose retry
 *     is the latest. Null if no event waits for a retry
 * @param secret the signing secret. Null except in the response to the request that created it, or to a repetition of
 *     this request with the same Idempotency-Key
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WebhookView(
        @JsonProperty("url") String url,
        @JsonProperty("status") String status,

        @JsonProperty("created_at") @JsonSerialize(using = Timestamps.class)
        OffsetDateTime createdAt,

        @JsonProperty("updated_at") @JsonSerialize(using = Timestamps.class)
        OffsetDateTime updatedAt,

        @JsonProperty("secrets") List<Validity> secrets,
        @JsonProperty("pending") long pending,
        @JsonProperty("last_failure") @Nullable String lastFailure,
        @JsonProperty("secret") @Nullable String secret) {

    /**
     * The validity of a secret.
     *
     * @param validUntil null for the newest secret
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Validity(
            @JsonProperty("created_at") @JsonSerialize(using = Timestamps.class)
            OffsetDateTime createdAt,

            @JsonProperty("valid_until") @JsonSerialize(using = Timestamps.class) @Nullable
            OffsetDateTime validUntil) {}

    static WebhookView of(
            WebhookEndpoint endpoint, List<Validity> secrets, Backlog backlog, @Nullable SigningSecret newSecret) {
        return new WebhookView(
                endpoint.url(),
                endpoint.isDisabled() ? "disabled" : "enabled",
                endpoint.createdAt(),
                endpoint.updatedAt(),
                secrets,
                backlog.pending(),
                backlog.lastFailure(),
                newSecret == null ? null : newSecret.reveal());
    }

    @Override
    public String toString() {
        return "WebhookView[***]";
    }
}
