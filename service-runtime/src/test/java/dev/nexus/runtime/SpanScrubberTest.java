package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The content of a span when it reaches the exporter. */
class SpanScrubberTest {

    private static final String SECRET = "eyJ-a-state";
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    private static final AttributeKey<String> PEER = AttributeKey.stringKey("network.peer.address");

    private final List<SpanData> exported = new ArrayList<>();
    private final SdkTracerProvider tracers = SdkTracerProvider.builder()
            .addSpanProcessor(new SpanScrubber())
            .addSpanProcessor(SimpleSpanProcessor.create(new RecordingExporter()))
            .build();
    private final Tracer tracer = tracers.get("test");

    /** Adds the spans to {@link #exported}. */
    private final class RecordingExporter implements SpanExporter {

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            exported.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    @AfterEach
    void end() {
        tracers.close();
    }

    private SpanBuilder span(SpanKind kind) {
        return tracer.spanBuilder("GET /v1/token/" + SECRET).setSpanKind(kind).setAttribute(METHOD, "GET");
    }

    private SpanData exported(Span span) {
        span.end();
        return exported.get(exported.size() - 1);
    }

    @Test
    void path_and_query_are_not_exported() {
        SpanData span = exported(span(SpanKind.SERVER)
                .setAttribute(PATH, "/v1/token/" + SECRET)
                .setAttribute("url.query", "state=" + SECRET)
                .setAttribute("url.full", "https://h/v1/token/" + SECRET)
                .startSpan());

        assertThat(span.toString()).doesNotContain(SECRET);
        assertThat(span.getAttributes().get(PATH)).isEqualTo(SpanScrubber.HIDDEN);
    }

    @Test
    void unknown_attributes_of_each_type_are_not_exported() {
        SpanData span = exported(tracer.spanBuilder("work")
                .setAttribute("new.in.a.later.version", SECRET)
                .setAttribute("a.number", 4711L)
                .setAttribute("a.fraction", 47.11)
                .setAttribute("a.truth", true)
                .setAttribute(AttributeKey.stringArrayKey("a.list"), List.of(SECRET))
                .setAttribute(AttributeKey.longArrayKey("numbers"), List.of(4711L))
                .setAttribute(AttributeKey.doubleArrayKey("fractions"), List.of(47.11))
                .setAttribute(AttributeKey.booleanArrayKey("truths"), List.of(true))
                .startSpan());

        assertThat(span.getAttributes().asMap()).hasSize(8);
        assertThat(span.getAttributes().asMap().values()).containsOnly(SpanScrubber.HIDDEN, 0L, 0.0, false, List.of());
    }

    @Test
    void values_added_to_a_running_span_are_not_exported() {
        Span running = span(SpanKind.CLIENT).startSpan();
        running.setAttribute("url.full", SECRET);
        running.updateName(SECRET);
        running.setStatus(StatusCode.ERROR, "no answer from " + SECRET);

        SpanData span = exported(running);

        assertThat(span.toString()).doesNotContain(SECRET);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getName()).isEqualTo("GET");
    }

    @Test
    void a_request_is_named_after_its_route() {
        SpanData span = exported(span(SpanKind.SERVER)
                .setAttribute(ROUTE, "/v1/token/{id}")
                .setAttribute("http.response.status_code", 200L)
                .startSpan());

        assertThat(span.getName()).isEqualTo("GET /v1/token/{id}");
        assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
                .isEqualTo(200L);
    }

    @Test
    void a_request_without_a_route_is_named_after_its_method() {
        assertThat(exported(span(SpanKind.SERVER).startSpan()).getName()).isEqualTo("GET");
    }

    @Test
    void addresses_are_exported_for_client_spans_but_not_for_server_spans() {
        SpanData caller = exported(span(SpanKind.SERVER)
                .setAttribute(PEER, "203.0.113.7")
                .setAttribute(SERVER, SECRET)
                .startSpan());
        SpanData call = exported(span(SpanKind.CLIENT)
                .setAttribute(PEER, "10.0.0.7")
                .setAttribute(SERVER, "nexus-broker")
                .startSpan());

        assertThat(caller.toString()).doesNotContain("203.0.113.7", SECRET);
        assertThat(call.getAttributes().get(SERVER)).isEqualTo("nexus-broker");
        assertThat(call.getAttributes().get(PEER)).isEqualTo("10.0.0.7");
    }

    @Test
    void a_statement_is_exported_because_its_values_are_parameters() {
        SpanData span = exported(tracer.spanBuilder("SELECT nexus")
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("db.query.text", "select 1 from connection where id = $1")
                .startSpan());

        assertThat(span.getName()).isEqualTo("SELECT nexus");
        assertThat(span.getAttributes().get(AttributeKey.stringKey("db.query.text")))
                .isEqualTo("select 1 from connection where id = $1");
    }
}
