package dev.nexus.gateway.api;

import dev.nexus.gateway.broker.BrokerAnswer;
import dev.nexus.gateway.broker.BrokerRead;
import dev.nexus.gateway.broker.BrokerReads;
import dev.nexus.gateway.http.DirectRoutes;
import dev.nexus.gateway.http.ErrorWriter;
import dev.nexus.gateway.http.Route;
import io.smallrye.common.vertx.ContextLocals;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.URIDecoder;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Serves token, check-connection and connections/{id}. Forwards the bytes of the Broker's response to the caller. These
 * routes have no resource of Jakarta REST, because the cost of Jakarta REST would limit their rate.
 * META-INF/openapi.yaml documents them.
 */
@ApplicationScoped
class ForwardedReads implements DirectRoutes {

    /** Quarkus names the span of the request after this value. */
    private static final String SPAN_ROUTE = "UrlPathTemplate";

    private final BrokerReads broker;
    private final ErrorWriter errors;

    ForwardedReads(BrokerReads broker, ErrorWriter errors) {
        this.broker = broker;
        this.errors = errors;
    }

    @Override
    public boolean serve(Route route, RoutingContext request) {
        return switch (route) {
            case CHECK_CONNECTION, CONNECTION -> forward(route, BrokerRead.CONNECTION, request);
            case TOKEN -> forward(route, BrokerRead.TOKEN, request);
            default -> false;
        };
    }

    private boolean forward(Route route, BrokerRead read, RoutingContext request) {
        ContextLocals.put(SPAN_ROUTE, route.template());
        // Discards a body, which these routes do not read. Quarkus has paused the request.
        request.request().resume();
        try {
            broker.get(read, encoded(route.firstParameter(request.normalizedPath())), request)
                    .onComplete(answer -> write(request, answer));
        } catch (RuntimeException failure) {
            errors.write(request, errors.answer(failure));
        }
        return true;
    }

    /**
     * Returns the segment in the Gateway's own percent-encoding, because the caller may have used another form. A
     * segment of only letters, digits and hyphens is already in this form.
     */
    private static String encoded(String segment) {
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-')) {
                String text = URIDecoder.decodeURIComponent(segment, false);
                return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
            }
        }
        return segment;
    }

    private void write(RoutingContext request, AsyncResult<BrokerAnswer<Buffer>> answer) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        if (answer.failed()) {
            errors.write(request, errors.answer(answer.cause()));
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON);
        answer.result().etag().ifPresent(tag -> response.putHeader(HttpHeaders.ETAG, tag));
        response.end(answer.result().body());
    }
}
