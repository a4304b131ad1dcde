package dev.nexus.broker.cipher;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The metrics of a cipher. They exist from startup on, so that the first failure is an increase.
 *
 * <p>{@code nexus.cipher.calls} is the duration of calls, by cipher, operation and outcome. {@code nexus.cipher.batch}
 * is the number of values in a call, by cipher and operation. {@code nexus.cipher.key.created.timestamp} is the
 * creation time of the key version that encrypts. For the local keyset, it is the time of the last change of the file.
 */
public final class CipherMeters {

    private final MeterRegistry meters;
    private final String cipher;
    private final Operation seal;
    private final Operation open;

    /** @param cipher {@code local} or {@code transit} */
    public CipherMeters(MeterRegistry meters, String cipher) {
        this.meters = meters;
        this.cipher = cipher;
        this.seal = operation("seal");
        this.open = operation("open");
    }

    /**
     * Registers the gauge of the key's creation time.
     *
     * @param created the creation time, see above; empty while it is unknown
     */
    public void registerKeyCreated(Supplier<Optional<Instant>> created) {
        Gauge.builder(
                        "nexus.cipher.key.created.timestamp",
                        () -> created.get()
                                .map(time -> (double) time.getEpochSecond())
                                .orElse(Double.NaN))
                .description("Creation time of the key that encrypts, in Unix time; NaN while it is unknown")
                .baseUnit("seconds")
                .tag("cipher", cipher)
                .register(meters);
    }

    private record Operation(DistributionSummary values, Timer success, Timer failure) {}

    private Operation operation(String name) {
        DistributionSummary values = DistributionSummary.builder("nexus.cipher.batch")
                .description("Values in one call to the cipher")
                .tags("cipher", cipher, "operation", name)
                .register(meters);
        return new Operation(values, timer(name, "success"), timer(name, "failure"));
    }

    private Timer timer(String operation, String outcome) {
        return Timer.builder("nexus.cipher.calls")
                .description("Calls to the cipher")
                .tags("cipher", cipher, "operation", operation, "outcome", outcome)
                .register(meters);
    }

    /** Measures each subscription to {@code call}, which encrypts {@code values} values. */
    public <T> Uni<T> seal(int values, Uni<T> call) {
        return measure(seal, values, call);
    }

    /** Measures each subscription to {@code call}, which decrypts {@code values} values. */
    public <T> Uni<T> open(int values, Uni<T> call) {
        return measure(open, values, call);
    }

    private <T> Uni<T> measure(Operation operation, int values, Uni<T> call) {
        return Uni.createFrom().deferred(() -> {
            operation.values().record(values);
            Timer.Sample sample = Timer.start(meters);
            return call.onItemOrFailure()
                    .invoke((answer, failure) ->
                            sample.stop(failure == null ? operation.success() : operation.failure()));
        });
    }
}
