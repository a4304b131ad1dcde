package dev.nexus.broker.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What an erasure did; counts of this run alone.
 *
 * @param startedAt RFC 3339, UTC; likewise the end
 * @param webhooksDeleted the endpoint and its events
 * @param auditEventsKept the audit is append-only and holds no credential
 * @param keyDestroyed the transit key that was destroyed; null where none was asked for
 */
record ErasureReceipt(
        @JsonProperty("tenant") String tenant,
        @JsonProperty("started_at") String startedAt,
        @JsonProperty("finished_at") String finishedAt,
        @JsonProperty("credentials_destroyed") long credentialsDestroyed,
        @JsonProperty("connections_deleted") long connectionsDeleted,
        @JsonProperty("providers_deleted") long providersDeleted,
        @JsonProperty("provider_versions_deleted") long providerVersionsDeleted,
        @JsonProperty("webhooks_deleted") long webhooksDeleted,
        @JsonProperty("audit_events_kept") long auditEventsKept,
        @JsonProperty("key_destroyed") @Nullable String keyDestroyed) {}
