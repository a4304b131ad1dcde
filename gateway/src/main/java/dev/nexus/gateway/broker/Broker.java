package dev.nexus.gateway.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.ClientAddress;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.RequestId;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Calls the Broker. Each call has the service token of its caller and a time-out. The Gateway does not retry calls: if
 * the response to a capture is lost, the caller finds its result with check-connection. {@link BrokerErrors} defines
 * how each error is converted for the caller. A call that times out becomes 503 unavailable.
 */
@ApplicationScoped
public class Broker {

    private static final Logger LOG = Logger.getLogger(Broker.class);
    private static final int MAX_DETAILS = 200;
    private static final int MAX_TEXT = 2_000;

    private final BrokerClient client;
    private final ServiceTokens tokens;
    private final ObjectMapper json;
    private final ClientAddress addresses;
    private final RoutingContext request;
    private final Duration timeout;
    private final Duration timeoutWithProvider;

    Broker(
            GatewayConfig config,
            BrokerClient client,
            ServiceTokens tokens,
            ObjectMapper json,
            ClientAddress addresses,
            RoutingContext request) {
        this.client = client;
        this.tokens = tokens;
        this.json = json;
        this.addresses = addresses;
        this.request = request;
        this.timeout = config.brokerTimeout();
        this.timeoutWithProvider = config.brokerTimeout().plus(config.providerTimeout());
    }

    /** Calls a route of the Broker for the caller of the request. */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> call(Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return call(tokens.forCaller(Caller.of(request)), timeout, route);
    }

    /** Calls a route that may verify a credential at its provider, with a longer time-out. */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> callWithVerification(
            Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return call(tokens.forCaller(Caller.of(request)), timeoutWithProvider, route);
    }

    /** Calls a route with the authority of the request's state. */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> callWithState(
            Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return call(tokens.forState(), timeout, route);
    }

    /**
     * Calls a route that may verify a credential at its provider, with the authority of the request's state and a
     * longer time-out.
     */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> callWithStateAndVerification(
            Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return call(tokens.forState(), timeoutWithProvider, route);
    }

    private <T extends @Nullable Object> Uni<BrokerAnswer<T>> call(
            String token, Duration limit, Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        String address = addresses.of(request).address();
        ServiceCall call = new ServiceCall(token, RequestId.of(request), Optional.of(address));
        return ServiceCallFilter.send(call, () -> route.apply(client.routes()))
                .ifNoItem()
                .after(limit)
                .fail()
                .map(BrokerAnswer::of)
                .onFailure()
                .transform(this::callerError);
    }

    /** Converts the failure of a call to the error for the caller. */
    private Throwable callerError(Throwable failure) {
        if (failure instanceof BrokerRefusal refusal) {
            return refusal(refusal.status(), refusal.body());
        }
        if (CallFailure.isUnreadable(failure)) {
            return BrokerAnswer.unreadable(CallFailure.rootName(failure));
        }
        return failure instanceof ApiException ? failure : unreachable(failure);
    }

    private ApiException refusal(int status, byte[] body) {
        JsonNode error = read(body);
        Optional<ErrorCode> code =
                ErrorCode.fromWire(error.path("error").asText()).filter(known -> known.status() == status);
        return switch (code.map(BrokerErrors::of).orElseGet(() -> BrokerErrors.of(status))) {
            case FORWARD -> {
                if (status >= 500) {
                    LOG.errorf("The Broker failed: status=%d code=%s", status, name(code));
                }
                yield new ApiException(
                        code.orElseThrow(), bounded(error.path("message").asText()), details(error));
            }
            case INTERNAL -> {
                LOG.errorf("The Broker failed: status=%d code=%s", status, name(code));
                yield ApiErrors.internal();
            }
            case UNAVAILABLE -> {
                LOG.warnf("The Broker is unavailable: status=%d code=%s", status, name(code));
                yield ApiErrors.unavailable();
            }
        };
    }

    private static String name(Optional<ErrorCode> code) {
        return code.map(ErrorCode::wire).orElse("none");
    }

    private JsonNode read(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static String bounded(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    private static List<ErrorBody.Detail> details(JsonNode error) {
        List<ErrorBody.Detail> details = new ArrayList<>();
        for (JsonNode detail : error.path("details")) {
            if (details.size() < MAX_DETAILS) {
                details.add(new ErrorBody.Detail(
                        bounded(detail.path("pointer").asText()),
                        bounded(detail.path("rule").asText()),
                        bounded(detail.path("message").asText())));
            }
        }
        return details;
    }

    private static ApiException unreachable(Throwable failure) {
        LOG.warnf("The Broker did not answer: %s", CallFailure.of(failure).cause());
        return ApiErrors.unavailable();
    }
}
