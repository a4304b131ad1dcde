package dev.nexus.broker.cipher;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;

/**
 * Reports stored values that are lost: the ciphertext is missing, or cannot be decrypted with its key and its binding.
 * Each report logs an ERROR that names the row, and increments {@code nexus.sealed.values.unreadable}. Do not report a
 * value only because the cipher cannot be reached: the value is not lost. Thread-safe.
 */
@Startup
@ApplicationScoped
public class UnreadableValues {

    private static final Logger LOG = Logger.getLogger(UnreadableValues.class);

    private final MeterRegistry meters;

    /** The reason why a value cannot be read. */
    public enum Reason {
        MISSING,
        NOT_DECRYPTABLE;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    UnreadableValues(MeterRegistry meters) {
        this.meters = meters;
        // The counters exist from startup on, so that the first report is an increase.
        for (String kind : List.of("credential", "state_key", "webhook_secret")) {
            for (Reason reason : Reason.values()) {
                counter(kind, reason);
            }
        }
    }

    /** Reports one value. The log line names its row, but not its content. */
    public void report(CipherBinding binding, Reason reason) {
        count(binding, reason);
        LOG.errorf("Stored value is unreadable: kind=%s reason=%s %s", binding.kind(), reason.wire(), binding.fields());
    }

    /** Counts one value without a log line, for a job that reads many values. */
    public void count(CipherBinding binding, Reason reason) {
        counter(binding.kind(), reason).increment();
    }

    private Counter counter(String kind, Reason reason) {
        return Counter.builder("nexus.sealed.values.unreadable")
                .description("Reads of a stored value whose ciphertext is missing or does not decrypt")
                .tags("kind", kind, "reason", reason.wire())
                .register(meters);
    }
}
