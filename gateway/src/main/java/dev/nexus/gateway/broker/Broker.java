package dev.nexus.gateway.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nexus.contracts.BrokerApi;
import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.InternalHeaders;
import dev.nexus.contracts.ServiceCall;
import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.ClientAddress;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.RequestId;
import dev.nexus.runtime.ApiException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;

/**
 * The one way to the Broker. Every call has the service token of its caller and a deadline, and is made once: a capture
 * whose answer was lost is settled by check-connection, never by asking again. {@link BrokerErrors} says what a caller is
 * told for each error. No answer in time is 503.
 */
@ApplicationScoped
public class Broker {

    private static final Logger LOG = Logger.getLogger(Broker.class);
    private static final int MAX_DETAILS = 200;
    private static final int MAX_TEXT = 2_000;
    private static final Set<Integer> SUCCESSES = Set.of(200, 201, 204, 303);

    private final BrokerClient client;
    private final ServiceTokens tokens;
    private final ObjectMapper json;
    private final ClientAddress addresses;
    private final SecurityIdentity identity;
    private final RoutingContext request;
    private final Duration timeout;
    private final Duration timeoutWithProvider;

    Broker(
            GatewayConfig config,
            BrokerClient client,
            ServiceTokens tokens,
            ObjectMapper json,
            ClientAddress addresses,
            SecurityIdentity identity,
            RoutingContext request) {
        this.client = client;
        this.tokens = tokens;
        this.json = json;
        this.addresses = addresses;
        this.identity = identity;
        this.request = request;
        this.timeout = config.brokerTimeout();
        this.timeoutWithProvider = config.brokerTimeout().plus(config.providerTimeout());
    }

    /** One verb of the Broker, for the caller of the request. */
    public Uni<BrokerAnswer> call(BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        return call(tokens.speakingFor(caller()), timeout, verb);
    }

    /** One verb of the Broker that may ask a provider about a credential, and is waited for as much longer. */
    public Uni<BrokerAnswer> callAskingProvider(BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        return call(tokens.speakingFor(caller()), timeoutWithProvider, verb);
    }

    /** One verb of the Broker whose authority is the state that it carries. */
    public Uni<BrokerAnswer> presentState(BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        return call(tokens.presentingState(), timeout, verb);
    }

    /** The same for a verb that may ask a provider about a credential, and is waited for as much longer. */
    public Uni<BrokerAnswer> presentStateAskingProvider(BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        return call(tokens.presentingState(), timeoutWithProvider, verb);
    }

    private Caller caller() {
        return (Caller) identity.getPrincipal();
    }

    private Uni<BrokerAnswer> call(
            String token, Duration limit, BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        String requestId = RequestId.of(request);
        String address = addresses.of(request).address();
        return Uni.createFrom()
                .deferred(() -> {
                    BrokerApi api = client.api();
                    return verb.apply(api, ServiceCall.of(token, requestId).from(address))
                            .invoke(response -> renewWhereAsked(api, response));
                })
                .ifNoItem()
                .after(limit)
                .fail()
                .map(this::answer)
                .onFailure(failure -> !(failure instanceof ApiException))
                .transform(Broker::unreachable);
    }

    private void renewWhereAsked(BrokerApi api, Response response) {
        if (response.getHeaderString(InternalHeaders.CONNECTION) != null) {
            client.renew(api);
        }
    }

    private BrokerAnswer answer(Response response) {
        int status = response.getStatus();
        byte[] body = body(response);
        if (SUCCESSES.contains(status)) {
            return new BrokerAnswer(
                    status, Buffer.buffer(body), Optional.ofNullable(response.getHeaderString(HttpHeaders.ETAG)));
        }
        throw refusal(status, body);
    }

    static byte[] body(Response response) {
        return response.hasEntity() ? response.readEntity(byte[].class) : new byte[0];
    }

    private ApiException refusal(int status, byte[] body) {
        JsonNode error = read(body);
        Optional<ErrorCode> code =
                ErrorCode.fromWire(error.path("error").asText()).filter(known -> known.status() == status);
        return switch (code.map(BrokerErrors::of).orElseGet(() -> BrokerErrors.of(status))) {
            case AS_IT_IS -> {
                if (status >= 500) {
                    LOG.errorf("The Broker failed: status=%d code=%s", status, name(code));
                }
                yield new ApiException(
                        code.orElseThrow(), bounded(error.path("message").asText()), details(error));
            }
            case INTERNAL -> {
                LOG.errorf("The Broker failed: status=%d code=%s", status, name(code));
                yield BrokerAnswer.internal();
            }
            case UNAVAILABLE -> {
                LOG.warnf("The Broker is unavailable: status=%d code=%s", status, name(code));
                yield unavailable();
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
        return unavailable();
    }

    private static ApiException unavailable() {
        return new ApiException(ErrorCode.UNAVAILABLE, "The service is unavailable at the moment; try again");
    }
}
