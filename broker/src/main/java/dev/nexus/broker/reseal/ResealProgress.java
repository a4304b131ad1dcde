package dev.nexus.broker.reseal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Reports the progress of the re-seal job. {@code nexus.reseal.left} is the number of values of older keys that are
 * left, as of this replica's last run. It is 0 only when the job has ended. More than 100,000 values of one key are an
 * estimate. {@code nexus.reseal.values} counts by outcome: resealed, changed (the row was changed or deleted in the
 * meantime) and refused (the value cannot be decrypted). If a run finds values of older keys, writes a log line at its
 * start, about every ten seconds, and at its end.
 */
@ApplicationScoped
class ResealProgress {

    private static final Logger LOG = Logger.getLogger(ResealProgress.class);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final AtomicLong left = new AtomicLong();
    private final Counter resealed;
    private final Counter changed;
    private final Counter refused;
    private long total;
    private long refusals;
    private Instant lastLine = Instant.EPOCH;

    ResealProgress(MeterRegistry meters) {
        Gauge.builder("nexus.reseal.left", left, AtomicLong::get)
                .description("Values of older keys that are not encrypted again yet")
                .register(meters);
        this.resealed = counter(meters, "resealed");
        this.changed = counter(meters, "changed");
        this.refused = counter(meters, "refused");
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("nexus.reseal.values")
                .description("Values that the re-seal job has processed")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** @param values the number of values of older keys. Large numbers are estimates */
    synchronized void begin(long values) {
        total = values;
        refusals = 0;
        left.set(values);
        if (values > 0) {
            LOG.infof("Encrypting %d values of older keys again", values);
            lastLine = Instant.now();
        }
    }

    /**
     * Records a step.
     *
     * @param values the values that were read
     * @param replaced the values that were encrypted again
     * @param changedMeanwhile the values whose row was changed or deleted before the new ciphertext could be stored
     */
    synchronized void step(int values, int replaced, int changedMeanwhile) {
        // The number of values can be an estimate that is too low. 0 means that the job has ended.
        left.updateAndGet(now -> Math.max(1, now - values));
        resealed.increment(replaced);
        changed.increment(changedMeanwhile);
        if (lastLine.plus(BETWEEN_LINES).isBefore(Instant.now())) {
            LOG.infof("Encrypting again: remaining=%d total=%d", left.get(), total);
            lastLine = Instant.now();
        }
    }

    synchronized void refused() {
        refusals++;
        refused.increment();
    }

    synchronized void end() {
        left.set(refusals);
        if (total > 0) {
            LOG.infof("Encrypted again: total=%d not_decryptable=%d", total, refusals);
        }
    }
}
