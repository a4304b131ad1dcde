package dev.nexus.broker.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The receipt of an erasure, with the counts of one run.
 *
 * @param startedAt RFC 3339 in UTC, like {@code finishedAt}
 * @param webhooksDeleted the number of deleted rows: the endpoint and its events
 * @param auditEventsKept the number of the tenant's audit events, with the event of this erasure if it was written. The
 *     audit log is append-only and contains no credentials
 * @param keyDestroyed the name of the destroyed transit key; null without {@code --destroy-key}, or if the key does not
 *     exist
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
