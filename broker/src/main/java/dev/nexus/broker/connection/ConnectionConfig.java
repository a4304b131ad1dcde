package dev.nexus.broker.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The life of connections. */
@ConfigMapping(prefix = "nexus.connection")
public interface ConnectionConfig {

    /** How long a superseded connection goes on serving its credential; zero stops it at once. */
    @WithDefault("PT1H")
    Duration supersedeGrace();

    /** How often expired connections are marked and ciphertexts past their grace are destroyed. */
    @WithDefault("PT30S")
    Duration sweepEvery();
}
