package dev.nexus.broker.reseal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import org.hibernate.validator.constraints.Range;

/** The job that re-encrypts values that are encrypted with older keys or with the previous cipher. */
@ConfigMapping(prefix = "nexus.reseal")
interface ResealConfig {

    /**
     * The maximum number of values that the job encrypts per second. Lower it if requests become slow during the job.
     */
    @WithDefault("500")
    @Range(min = 1, max = 10_000)
    int perSecond();
}
