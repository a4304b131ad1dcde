package dev.nexus.broker.caller;

import dev.nexus.broker.database.StartChecks;
import dev.nexus.broker.http.ErrorWriter;
import dev.nexus.broker.http.RequestLog;
import dev.nexus.broker.http.Routes;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.Connections;
import dev.nexus.runtime.RequestSlots;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * The checks of every request, in their order. The first check that fails ends the request. Only {@code Drain} of
 * {@code service-runtime} runs earlier. It adds the header that asks a caller to open a new connection.
 */
@ApplicationScoped
class RequestPipeline {

    /** Before all handlers of Quarkus that depend on the request. */
    private static final int PRIORITY = 10_000;

    private final PeerCertificate certificate;
    private final ServiceTokens tokens;
    private final StartChecks checks;
    private final RequestSlots slots;
    private final Endpoints endpoints;
    private final ErrorWriter errors;

    RequestPipeline(
            PeerCertificate certificate,
            ServiceTokens tokens,
            StartChecks checks,
            RequestSlots slots,
            Endpoints endpoints,
            ErrorWriter errors) {
        this.certificate = certificate;
        this.tokens = tokens;
        this.checks = checks;
        this.slots = slots;
        this.endpoints = endpoints;
        this.errors = errors;
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext http) {
        if (Connections.isClosed(http.request())) {
            return;
        }
        try {
            String requestId = RequestLog.begin(http.request());
            if (!certificate.isAccepted(http.request())) {
                disconnect(http);
                return;
            }
            ServiceToken token = tokens.authenticate(http);
            Routes.Match match = Routes.find(http);
            match.route().requireScope(token.getGroups());
            match.route().checkQuery(http);
            Caller caller = Callers.identify(http, token, requestId);
            requireStart();
            slots.acquire(http, caller.tenant());
            if (!endpoints.serve(http, match, caller)) {
                // Quarkus REST serves the routes that have no endpoint.
                http.next();
            }
        } catch (RuntimeException refused) {
            errors.write(http, refused);
        }
    }

    private void requireStart() {
        if (!checks.areComplete()) {
            throw new ApiException(
                    ErrorCode.UNAVAILABLE, "The Broker has not had a connection to its database yet. Retry later.");
        }
    }

    /** Answers 401 and closes the connection, because all requests of a connection have the same certificate. */
    private void disconnect(RoutingContext http) {
        errors.write(http, PeerCertificate.refused())
                .onComplete(sent -> http.request().connection().close());
    }
}
