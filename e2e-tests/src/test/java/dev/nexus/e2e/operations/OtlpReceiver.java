package dev.nexus.e2e.operations;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A trace collector for OTLP over HTTP with protobuf. Keeps the exact bytes of each export. */
final class OtlpReceiver implements AutoCloseable {

    private final HttpServer server;
    private final List<byte[]> bodies = new CopyOnWriteArrayList<>();

    OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::keep);
        server.start();
    }

    /** A span and its service. */
    record Exported(String service, Span span) {

        String trace() {
            return HexFormat.of().formatHex(span.getTraceId().toByteArray());
        }

        String id() {
            return HexFormat.of().formatHex(span.getSpanId().toByteArray());
        }

        String parent() {
            return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
        }

        boolean is(Span.SpanKind kind) {
            return span.getKind() == kind;
        }

        /** Returns the attribute's value as text, or empty if the span does not have it. */
        Optional<String> attribute(String name) {
            return span.getAttributesList().stream()
                    .filter(attribute -> attribute.getKey().equals(name))
                    .map(Exported::text)
                    .findFirst();
        }

        private static String text(KeyValue attribute) {
            return attribute.getValue().hasIntValue()
                    ? String.valueOf(attribute.getValue().getIntValue())
                    : attribute.getValue().getStringValue();
        }
    }

    private void keep(HttpExchange exchange) throws IOException {
        try (exchange) {
            bodies.add(exchange.getRequestBody().readAllBytes());
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            // An empty protobuf response has no bytes.
            exchange.sendResponseHeaders(200, -1);
        }
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Exported> spans() {
        List<Exported> spans = new ArrayList<>();
        try {
            for (byte[] body : bodies) {
                for (ResourceSpans resource :
                        ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
                    String service = resource.getResource().getAttributesList().stream()
                            .filter(attribute -> attribute.getKey().equals("service.name"))
                            .map(attribute -> attribute.getValue().getStringValue())
                            .findFirst()
                            .orElse("");
                    resource.getScopeSpansList()
                            .forEach(scope ->
                                    scope.getSpansList().forEach(span -> spans.add(new Exported(service, span))));
                }
            }
        } catch (InvalidProtocolBufferException notOtlp) {
            throw new IllegalStateException("the body is not a trace export", notOtlp);
        }
        return spans;
    }

    /** Returns each received byte as one character. */
    String bytes() {
        StringBuilder text = new StringBuilder();
        bodies.forEach(body -> text.append(new String(body, ISO_8859_1)).append('\n'));
        return text.toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
