package dev.nexus.broker.reseal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import org.hibernate.validator.constraints.Range;

/** Encrypts values of an older key or of the previous cipher again. */
@ConfigMapping(prefix = "nexus.reseal")
interface ResealConfig {

    /** The most values that are encrypted again in a second, so that the job leaves the database and Vault to the callers. */
    @WithDefault("500")
    @Range(min = 1, max = 10_000)
    int perSecond();
}
