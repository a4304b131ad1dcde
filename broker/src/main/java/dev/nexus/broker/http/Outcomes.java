package dev.nexus.broker.http;

import dev.nexus.contracts.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Supplier;

/** Counts the outcomes of captures and token reads. The tag {@code outcome} is success or the API's error code. */
@ApplicationScoped
public class Outcomes {

    /** Registered at startup, so that the first failure is an increase of an existing series. */
    private static final List<String> ALWAYS =
            List.of("success", ErrorCode.UNAVAILABLE.wire(), ErrorCode.INTERNAL.wire());

    private final MeterRegistry meters;

    Outcomes(MeterRegistry meters) {
        this.meters = meters;
        for (Verb verb : Verb.values()) {
            ALWAYS.forEach(outcome -> counter(verb, outcome));
        }
    }

    /** The counted operations. Each has its own metric. */
    public enum Verb {
        CAPTURE("nexus.captures", "Captures by outcome"),
        READ_TOKEN("nexus.token.reads", "Reads of a credential by outcome");

        private final String metric;
        private final String description;

        Verb(String metric, String description) {
            this.metric = metric;
            this.description = description;
        }
    }

    /** Runs {@code useCase} and counts its outcome. Counts a thrown exception like a failed Uni. */
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
