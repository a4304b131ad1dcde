package dev.nexus.broker.state;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** State tokens and the ring of keys that signs them. */
@ConfigMapping(prefix = "nexus.state")
interface StateConfig {

    /** How long a state is good, from its issue to its exp. */
    @WithDefault("PT10M")
    Duration ttl();

    /** How much longer than its exp a state is taken, for clocks that differ. */
    @WithDefault("PT30S")
    Duration leeway();

    /** How long a key signs before the next one does. */
    @WithDefault("P1D")
    Duration rotateEvery();

    /** How often a replica looks at the ring; a new key is published this long before it signs. */
    @WithDefault("PT5S")
    Duration refreshEvery();
}
