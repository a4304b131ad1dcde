package dev.nexus.broker.http;

import dev.nexus.contracts.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Counts the outcomes of captures and token reads. The tag {@code outcome} is success or the API's error code. */
@ApplicationScoped
public class Outcomes {

    private static final String SUCCESS = "success";

    /** Registered at startup, so that the first failure is an increase of an existing series. */
    private static final List<String> ALWAYS =
            List.of(SUCCESS, ErrorCode.UNAVAILABLE.wire(), ErrorCode.INTERNAL.wire());

    private final MeterRegistry meters;

    /** Only failures look up their counters. */
    private final Map<Verb, Counter> successes = new EnumMap<>(Verb.class);

    Outcomes(MeterRegistry meters) {
        this.meters = meters;
        for (Verb verb : Verb.values()) {
            ALWAYS.forEach(outcome -> counter(verb, outcome));
            successes.put(verb, counter(verb, SUCCESS));
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
        Counter success = Objects.requireNonNull(successes.get(verb), "each verb has a counter");
        return Uni.createFrom()
                .deferred(useCase)
                .onItem()
                .invoke(() -> success.increment())
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
