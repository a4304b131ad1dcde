package dev.nexus.gateway.http;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.quarkus.opentelemetry.runtime.propagation.TextMapPropagatorCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Begins each trace at the Gateway. Ignores the headers {@code traceparent}, {@code tracestate} and {@code baggage} of
 * callers. With them, a caller could decide on sampling, add spans to other traces, and have its own text exported and
 * forwarded (W3C Trace Context, 6 and 7). The Gateway sends its own trace context to the Broker.
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
