package dev.nexus.broker.caller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import org.hibernate.validator.constraints.Range;

/** Quotas: how much one tenant may store. A request beyond a quota is refused, and stored data does not change. */
@ConfigMapping(prefix = "nexus.quota")
public interface QuotaConfig {

    /** The maximum number of a tenant's own providers. Global and deleted providers do not count. */
    @WithDefault("1000")
    @Range(min = 1, max = 100_000)
    int providers();

    /**
     * The maximum number of versions of one of the tenant's providers. A change that needs no new version, such as a
     * new name, is always allowed.
     */
    @WithDefault("200")
    @Range(min = 1, max = 100_000)
    int versionsPerProvider();

    /**
     * The maximum size of the credential schemas in all versions of the tenant's own providers together, in bytes. The
     * schemas of deleted providers count, because their connections still use them.
     */
    @WithDefault("16777216")
    @Range(min = 1_024, max = 1_073_741_824)
    long schemaBytes();

    /**
     * The maximum number of a tenant's pending connections. A connection is pending until its credential is captured or
     * its state expires. A Broker does not count at each request, so each Broker can pass the quota by 1 %.
     */
    @WithDefault("100000")
    @Range(min = 1, max = 1_000_000)
    int pendingConnections();
}
