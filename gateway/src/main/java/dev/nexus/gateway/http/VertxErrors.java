package dev.nexus.gateway.http;

import io.vertx.core.VertxException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Gives Vert.x's own errors the Gateway's error body, for example for a body that is too large or a path that does not
 * decode.
 */
@ApplicationScoped
class VertxErrors {

    private final ErrorWriter errors;

    VertxErrors(ErrorWriter errors) {
        this.errors = errors;
    }

    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(this::handleEarlyFailure);
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 500}) {
            router.errorHandler(status, context -> errors.write(context, ErrorWriter.ofStatus(status)));
        }
    }

    /**
     * Writes the error for a request that Vert.x fails before any filter, because its Host or version is invalid.
     * Quarkus's failure handler would write another body.
     */
    private void handleEarlyFailure(RoutingContext context) {
        if (context.failure() instanceof VertxException && context.statusCode() == 400) {
            errors.write(context, RequestSyntax.earlyFailure(context));
        } else {
            context.next();
        }
    }
}
