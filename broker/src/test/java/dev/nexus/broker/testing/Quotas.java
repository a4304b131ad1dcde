package dev.nexus.broker.testing;

import dev.nexus.broker.caller.QuotaConfig;

/** Quotas of a test. The methods return a copy with one changed quota. */
public record Quotas(int providers, int versionsPerProvider, long schemaBytes, int pendingConnections)
        implements QuotaConfig {

    public static final Quotas LARGE = new Quotas(1_000, 1_000, 1_000_000, 1_000);

    public Quotas withProviders(int quota) {
        return new Quotas(quota, versionsPerProvider, schemaBytes, pendingConnections);
    }

    public Quotas withVersions(int quota) {
        return new Quotas(providers, quota, schemaBytes, pendingConnections);
    }

    public Quotas withSchemaBytes(long quota) {
        return new Quotas(providers, versionsPerProvider, quota, pendingConnections);
    }

    public Quotas withPendingConnections(int quota) {
        return new Quotas(providers, versionsPerProvider, schemaBytes, quota);
    }
}
