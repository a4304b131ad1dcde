package dev.nexus.runtime;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.internal.ExtendedSpanProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/**
 * Removes sensitive values from a span before it is exported. Keeps only the attributes of {@link #ALLOWED}, in a
 * server span without those of {@link #CALLER_CHOSEN}. Overwrites all others, such as a path with ids and a query with
 * a state token, and the description of the status. Builds the name of an HTTP span from its method and route. An
 * allowlist also covers attributes that a later version of an instrumentation adds.
 */
@ApplicationScoped
class SpanScrubber implements ExtendedSpanProcessor {

    static final String HIDDEN = "…";

    /**
     * Attributes of OpenTelemetry's semantic conventions that are kept. In a server span, those of
     * {@link #CALLER_CHOSEN} are overwritten too.
     */
    private static final Set<String> ALLOWED = Set.of(
            "http.request.method",
            "http.response.status_code",
            "http.route",
            "http.request.body.size",
            "http.response.body.size",
            "url.scheme",
            "server.address",
            "server.port",
            "network.protocol.version",
            "network.peer.address",
            "network.peer.port",
            "error.type",
            // Statements are prepared and do not contain their parameters.
            "db.system",
            "db.system.name",
            "db.namespace",
            "db.name",
            "db.operation.name",
            "db.operation",
            "db.collection.name",
            "db.query.text",
            "db.statement",
            "code.function",
            "code.function.name",
            "code.namespace",
            "thread.id",
            "thread.name");

    /**
     * Attributes that contain the caller's address or Host header in a server span. They are kept only in other spans.
     */
    private static final Set<String> CALLER_CHOSEN =
            Set.of("network.peer.address", "network.peer.port", "server.address", "server.port");

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        // The attributes are scrubbed when the span ends.
    }

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnding(ReadWriteSpan span) {
        span.getAttributes().forEach((key, value) -> hide(span, key));
        String description = span.toSpanData().getStatus().getDescription();
        if (!description.isEmpty()) {
            span.setStatus(StatusCode.ERROR, HIDDEN);
        }
        name(span);
    }

    @SuppressWarnings("unchecked")
    private static void hide(ReadWriteSpan span, AttributeKey<?> key) {
        boolean ofCaller = span.getKind() == SpanKind.SERVER && CALLER_CHOSEN.contains(key.getKey());
        if (ALLOWED.contains(key.getKey()) && !ofCaller) {
            return;
        }
        span.setAttribute((AttributeKey<Object>) key, placeholder(key.getType()));
    }

    /** Returns a value of the same type. An attribute of another type would not replace the original one. */
    private static Object placeholder(AttributeType type) {
        return switch (type) {
            case STRING -> HIDDEN;
            case BOOLEAN -> false;
            case LONG -> 0L;
            case DOUBLE -> 0.0;
            case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY -> List.of();
        };
    }

    /**
     * Names an HTTP span after its method and route. The original name of a span without a route can contain the path.
     */
    private static void name(ReadWriteSpan span) {
        String method = span.getAttribute(AttributeKey.stringKey("http.request.method"));
        if (method == null) {
            return;
        }
        String route = span.getAttribute(AttributeKey.stringKey("http.route"));
        span.updateName(route == null || span.getKind() == SpanKind.CLIENT ? method : method + " " + route);
    }

    @Override
    public boolean isOnEndingRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        // The processor of the exporter exports the span.
    }

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
