package dev.nexus.runtime;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The connections that callers hold open. */
@ConfigMapping(prefix = "nexus.connections")
public interface ConnectionsConfig {

    /**
     * After how long a connection is asked to end with its next answer, so that a load balancer that chooses a replica for
     * each connection (a Kubernetes service) spreads callers anew, and new replicas get their share.
     */
    @WithDefault("PT1M")
    Duration maxAge();
}
