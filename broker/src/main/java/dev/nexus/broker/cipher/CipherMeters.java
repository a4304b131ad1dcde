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
 * How long a cipher takes, how many values it is given at once and how old its key is: {@code nexus.cipher.calls} (time, by
 * cipher, operation and outcome), {@code nexus.cipher.batch} (values in a call, by cipher and operation) and {@code
 * nexus.cipher.key.created.timestamp}. All of them are there from the start, so that the first failure is an increase.
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
     * Registers the gauge of the key's age.
     *
     * @param created when the key that seals was made; empty while that is not known
     */
    public void keyCreated(Supplier<Optional<Instant>> created) {
        Gauge.builder(
                        "nexus.cipher.key.created.timestamp",
                        () -> created.get()
                                .map(made -> (double) made.getEpochSecond())
                                .orElse(Double.NaN))
                .description("When the key that seals was made, in Unix time; NaN while that is not known")
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

    /** {@code call}, which seals {@code values} values, measured each time that it is made. */
    public <T> Uni<T> seal(int values, Uni<T> call) {
        return measured(seal, values, call);
    }

    /** {@code call}, which opens {@code values} values, measured each time that it is made. */
    public <T> Uni<T> open(int values, Uni<T> call) {
        return measured(open, values, call);
    }

    private <T> Uni<T> measured(Operation operation, int values, Uni<T> call) {
        return Uni.createFrom().deferred(() -> {
            operation.values().record(values);
            Timer.Sample sample = Timer.start(meters);
            return call.onItemOrFailure()
                    .invoke((answer, failure) ->
                            sample.stop(failure == null ? operation.success() : operation.failure()));
        });
    }
}
