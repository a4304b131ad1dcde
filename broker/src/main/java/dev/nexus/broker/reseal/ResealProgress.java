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
 * How far the re-seal job is: {@code nexus.reseal.left} (values of an older key, as this replica last saw them) and
 * {@code nexus.reseal.values} by outcome: resealed, changed (its row had a newer value), refused (does not open). A log line
 * at the begin, every ten seconds, and at the end.
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
                .description("Values of an older key that are left to be sealed again")
                .register(meters);
        this.resealed = counter(meters, "resealed");
        this.changed = counter(meters, "changed");
        this.refused = counter(meters, "refused");
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("nexus.reseal.values")
                .description("Values that the re-seal job has dealt with")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** @param values that lie under an older key */
    synchronized void begin(long values) {
        total = values;
        refusals = 0;
        left.set(values);
        if (values > 0) {
            LOG.infof("Sealing %d values again that an older key has sealed", values);
            lastLine = Instant.now();
        }
    }

    synchronized void step(int values, int replaced, int unchanged) {
        left.updateAndGet(now -> Math.max(0, now - values));
        resealed.increment(replaced);
        changed.increment(unchanged);
        if (lastLine.plus(BETWEEN_LINES).isBefore(Instant.now())) {
            LOG.infof("Sealing again: %d of %d values left", left.get(), total);
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
            LOG.infof("Sealed again what an older key had sealed: %d values, %d of them do not open", total, refusals);
        }
    }
}
