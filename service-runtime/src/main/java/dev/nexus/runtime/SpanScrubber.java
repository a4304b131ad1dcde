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
 * Lets a span say only what is known to be harmless: its attributes of {@link #TOLD}, and a name made of them. Everything
 * else, a path with its ids and a query with its state above all, is overwritten before the span is exported, also what a
 * later version of an instrumentation may think of.
 */
@ApplicationScoped
class SpanScrubber implements ExtendedSpanProcessor {

    static final String HIDDEN = "…";

    /** OpenTelemetry's semantic conventions: attributes that hold no value of a request. */
    private static final Set<String> TOLD = Set.of(
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
            // Statements are prepared; their parameters are not in them.
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

    /** What the caller says of itself and of where it means to be: its address, and the header Host. */
    private static final Set<String> TOLD_OF_OTHERS_ALONE =
            Set.of("network.peer.address", "network.peer.port", "server.address", "server.port");

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        // All that a span holds is looked at when it ends.
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
        boolean ofCaller = span.getKind() == SpanKind.SERVER && TOLD_OF_OTHERS_ALONE.contains(key.getKey());
        if (TOLD.contains(key.getKey()) && !ofCaller) {
            return;
        }
        span.setAttribute((AttributeKey<Object>) key, nothing(key.getType()));
    }

    /** Of the same type: an attribute of another one does not replace it, but stands beside it. */
    private static Object nothing(AttributeType type) {
        return switch (type) {
            case STRING -> HIDDEN;
            case BOOLEAN -> false;
            case LONG -> 0L;
            case DOUBLE -> 0.0;
            case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY -> List.of();
        };
    }

    /** A span of HTTP is named after its route; where there is none its name may hold the path. */
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
        // The exporter's own processor takes it from here.
    }

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
