package dev.nexus.gateway.http;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.quarkus.opentelemetry.runtime.propagation.TextMapPropagatorCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Traces begin at the Gateway. What a caller sends as {@code traceparent}, {@code tracestate} or {@code baggage} is not
 * followed: it would choose what is sampled, put spans into traces that are not its own, and have text of its making
 * exported and handed on (W3C Trace Context, 6 and 7). To the Broker the Gateway tells its own trace.
 */
@ApplicationScoped
class TraceBoundary implements TextMapPropagatorCustomizer {

    @Override
    public TextMapPropagator customize(Context context) {
        return new Outgoing(context.propagator());
    }

    private record Outgoing(TextMapPropagator own) implements TextMapPropagator {

        @Override
        public Collection<String> fields() {
            return own.fields();
        }

        @Override
        public <C> void inject(io.opentelemetry.context.Context context, @Nullable C carrier, TextMapSetter<C> setter) {
            own.inject(context, carrier, setter);
        }

        @Override
        public <C> io.opentelemetry.context.Context extract(
                io.opentelemetry.context.Context context, @Nullable C carrier, TextMapGetter<C> getter) {
            return context;
        }
    }
}
