package dev.nexus.broker.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The life cycle of connections. */
@ConfigMapping(prefix = "nexus.connection")
public interface ConnectionConfig {

    /**
     * The grace period, in which a superseded connection still serves its credential. With zero, the connection serves
     * no credential.
     */
    @WithDefault("PT1H")
    @DurationMin(seconds = 0)
    @DurationMax(days = 30)
    Duration supersedeGrace();
}
