package dev.nexus.broker.reseal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Sealing again what an older key, or the former cipher, has sealed. */
@ConfigMapping(prefix = "nexus.reseal")
interface ResealConfig {

    /** How often a Broker looks for values of an older key; one replica at a time works on them. */
    @WithDefault("PT1M")
    Duration every();

    /** Values in one step, 1–1,000. */
    @WithDefault("100")
    int batch();

    /** Values a second at most, 1 or more, so that the job leaves the database and Vault to the callers. */
    @WithDefault("500")
    int perSecond();

    /** After how long another replica takes over from one that has died. */
    @WithDefault("PT30S")
    Duration lease();
}
