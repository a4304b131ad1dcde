package dev.nexus.broker.state;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** State tokens and the keys that sign them. */
@ConfigMapping(prefix = "nexus.state")
interface StateConfig {

    /** The lifetime of a state token, from its issue to its exp. */
    @WithDefault("PT10M")
    @DurationMin(seconds = 10)
    // A greater maximum also needs a longer verification with replaced keys: StateKeyStatements.RETIRE.
    @DurationMax(days = 1)
    Duration ttl();

    /** The time for which a key signs new state tokens, until the next key replaces it. */
    @WithDefault("P1D")
    // Not less than StateKeyRing.PUBLISH_AHEAD, so that a key begins to sign before the next key is published.
    @DurationMin(seconds = 5)
    @DurationMax(days = 90)
    Duration rotateEvery();
}
