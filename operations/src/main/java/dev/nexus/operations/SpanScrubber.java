package dev.nexus.operations;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.internal.ExtendedSpanProcessor;
import jakarta.enterprise.context.ApplicationScoped;
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
        if (TOLD.contains(key.getKey())) {
            return;
        }
        if (key.getType() == AttributeType.STRING) {
            span.setAttribute((AttributeKey<String>) key, HIDDEN);
        } else {
            // Another type under the same name replaces it.
            span.setAttribute(AttributeKey.stringKey(key.getKey()), HIDDEN);
        }
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
