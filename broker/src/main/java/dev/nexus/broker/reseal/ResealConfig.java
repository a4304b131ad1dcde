package dev.nexus.broker.reseal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import org.hibernate.validator.constraints.Range;

/** The re-seal job, which encrypts values of older keys or of the previous cipher again. */
@ConfigMapping(prefix = "nexus.reseal")
interface ResealConfig {

    /**
     * The maximum number of values that the job encrypts per second. Use a lower number if requests become slow during
     * the job.
     */
    @WithDefault("500")
    @Range(min = 1, max = 10_000)
    int perSecond();
}
