package dev.nexus.gateway.api;

import dev.nexus.gateway.broker.BrokerRead;
import dev.nexus.gateway.broker.BrokerReads;
import dev.nexus.gateway.http.DirectRoutes;
import dev.nexus.gateway.http.Route;
import io.vertx.core.net.impl.URIDecoder;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Serves token, check-connection and connections/{id}. Forwards the bytes of the Broker's response to the caller. These
 * routes have no resource of Jakarta REST, because the cost of Jakarta REST would limit their rate.
 * META-INF/openapi.yaml documents them.
 */
@ApplicationScoped
class ForwardedReads implements DirectRoutes {

    private final BrokerReads broker;
    private final ForwardedAnswers answers;

    ForwardedReads(BrokerReads broker, ForwardedAnswers answers) {
        this.broker = broker;
        this.answers = answers;
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
        // Discards a body, which these routes do not read. Quarkus has paused the request.
        request.request().resume();
        try {
            broker.get(read, encoded(route.firstParameter(request.normalizedPath())), request)
                    .onSuccess(answer -> answers.write(request, answer))
                    .onFailure(failure -> answers.fail(request, failure));
        } catch (RuntimeException failure) {
            answers.fail(request, failure);
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
}
