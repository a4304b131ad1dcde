package dev.nexus.broker.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The life of connections. */
@ConfigMapping(prefix = "nexus.connection")
public interface ConnectionConfig {

    /** How long a superseded connection goes on serving its credential; zero stops it at once. */
    @WithDefault("PT1H")
    @DurationMin(seconds = 0)
    @DurationMax(days = 30)
    Duration supersedeGrace();
}
