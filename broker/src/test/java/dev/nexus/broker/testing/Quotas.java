package dev.nexus.broker.testing;

import dev.nexus.broker.caller.QuotaConfig;

/** Quotas of a test. The methods return a copy with one changed quota. */
public record Quotas(int providers, int versionsPerProvider, long schemaBytes) implements QuotaConfig {

    public static final Quotas LARGE = new Quotas(1_000, 1_000, 1_000_000);

    public Quotas withProviders(int quota) {
        return new Quotas(quota, versionsPerProvider, schemaBytes);
    }

    public Quotas withVersions(int quota) {
        return new Quotas(providers, quota, schemaBytes);
    }

    public Quotas withSchemaBytes(long quota) {
        return new Quotas(providers, versionsPerProvider, quota);
    }
}
