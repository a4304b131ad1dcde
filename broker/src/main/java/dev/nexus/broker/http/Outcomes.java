package dev.nexus.broker.http;

import dev.nexus.contracts.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Supplier;

/** Counts how the verbs that matter end: {@code outcome} is success, or the public error code. */
@ApplicationScoped
public class Outcomes {

    /** There from the start, so that the first failure is an increase. */
    private static final List<String> ALWAYS =
            List.of("success", ErrorCode.UNAVAILABLE.wire(), ErrorCode.INTERNAL.wire());

    private final MeterRegistry meters;

    Outcomes(MeterRegistry meters) {
        this.meters = meters;
        for (Verb verb : Verb.values()) {
            ALWAYS.forEach(outcome -> counter(verb, outcome));
        }
    }

    /** What is counted, each a metric of its own. */
    public enum Verb {
        CAPTURE("nexus.captures", "Captures, by how they ended"),
        READ_TOKEN("nexus.token.reads", "Reads of a credential, by how they ended");

        private final String metric;
        private final String description;

        Verb(String metric, String description) {
            this.metric = metric;
            this.description = description;
        }
    }

    /** Runs {@code useCase} and counts its outcome, whether it fails in its answer or throws before there is one. */
    public <T> Uni<T> count(Verb verb, Supplier<Uni<? extends T>> useCase) {
        return Uni.createFrom()
                .deferred(useCase)
                .onItem()
                .invoke(() -> counter(verb, "success").increment())
                .onFailure()
                .invoke(failure -> counter(verb, Failures.code(failure).wire()).increment());
    }

    private Counter counter(Verb verb, String outcome) {
        return Counter.builder(verb.metric)
                .description(verb.description)
                .tag("outcome", outcome)
                .register(meters);
    }
}
