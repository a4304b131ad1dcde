package dev.nexus.broker.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.nexus.broker.http.Timestamps;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The JSON of one audit event. Times are RFC 3339 in UTC with milliseconds. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AuditEventView(
        @JsonProperty("id") UUID id,

        @JsonProperty("at") @JsonSerialize(using = Timestamps.class)
        OffsetDateTime at,

        @JsonProperty("action") String action,
        @JsonProperty("outcome") String outcome,
        @JsonProperty("connection_id") @Nullable UUID connectionId,
        @JsonProperty("workspace_id") @Nullable String workspaceId,
        @JsonProperty("provider_id") @Nullable UUID providerId,
        @JsonProperty("key_id") String keyId,
        @JsonProperty("request_id") String requestId,
        @JsonProperty("client_address") @Nullable String clientAddress) {

    /** A page of events, newest first. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(
            @JsonProperty("events") List<AuditEventView> events,
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}
}
