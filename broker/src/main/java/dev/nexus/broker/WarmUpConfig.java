package dev.nexus.broker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What a starting Broker does before it says that it is ready. */
@ConfigMapping(prefix = "nexus.warm-up")
interface WarmUpConfig {

    /** How often the paths that every caller takes are walked, 0 or more. */
    @WithDefault("500")
    int rounds();
}
