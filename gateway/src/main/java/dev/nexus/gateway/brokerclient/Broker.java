package dev.nexus.gateway.brokerclient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.BrokerApi;
import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.InternalHeaders;
import dev.nexus.contracts.ServiceCall;
import dev.nexus.gateway.apikey.ApiKey;
import dev.nexus.gateway.web.ApiException;
import dev.nexus.gateway.web.GatewayConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
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
 * whose answer was lost is settled by check-connection, never by asking again. What the Broker refuses for the caller's
 * sake is passed on in its words; everything else that is not a success is 503, and only its kind is logged.
 */
@ApplicationScoped
public class Broker {

    private static final Logger LOG = Logger.getLogger(Broker.class);
    private static final int MAX_DETAILS = 200;
    private static final Set<Integer> SUCCESSES = Set.of(200, 201, 204, 303);

    /** What the Broker may say to a caller; its 401 and 403 are between the two services. */
    private static final Set<ErrorCode> PASSED_ON = Set.of(
            ErrorCode.INVALID_REQUEST,
            ErrorCode.INVALID_STATE,
            ErrorCode.STATIC_TOKEN,
            ErrorCode.CONNECTION_NOT_FOUND,
            ErrorCode.PROVIDER_NOT_FOUND,
            ErrorCode.WEBHOOK_NOT_FOUND,
            ErrorCode.STATE_USED,
            ErrorCode.CONNECTION_NOT_ACTIVE,
            ErrorCode.PROVIDER_IN_USE,
            ErrorCode.PROVIDER_READ_ONLY,
            ErrorCode.PRECONDITION_FAILED,
            ErrorCode.STATE_EXPIRED,
            ErrorCode.INVALID_CREDENTIALS,
            ErrorCode.CREDENTIALS_REJECTED,
            ErrorCode.VERIFICATION_UNAVAILABLE,
            ErrorCode.RATE_LIMITED);

    private final BrokerClient client;
    private final ServiceTokens tokens;
    private final ObjectMapper json;
    private final Duration timeout;
    private final Duration timeoutWithProvider;

    Broker(GatewayConfig config, BrokerClient client, ServiceTokens tokens, ObjectMapper json) {
        this.client = client;
        this.tokens = tokens;
        this.json = json;
        this.timeout = config.brokerTimeout();
        this.timeoutWithProvider = config.brokerTimeout().plus(config.providerTimeout());
    }

    /** One verb of the Broker, for the caller who holds {@code key}. */
    public Uni<BrokerAnswer> call(
            ApiKey key, String requestId, BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        return call(tokens.speakingFor(key), requestId, timeout, verb);
    }

    /** One verb of the Broker that may ask a provider about a credential, and is waited for as much longer. */
    public Uni<BrokerAnswer> callAskingProvider(
            ApiKey key, String requestId, BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        return call(tokens.speakingFor(key), requestId, timeoutWithProvider, verb);
    }

    /** One verb of the Broker whose authority is the state that it carries. */
    public Uni<BrokerAnswer> presentState(String requestId, BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        return call(tokens.presentingState(), requestId, timeout, verb);
    }

    /** The same for a verb that may ask a provider about a credential, and is waited for as much longer. */
    public Uni<BrokerAnswer> presentStateAskingProvider(
            String requestId, BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        return call(tokens.presentingState(), requestId, timeoutWithProvider, verb);
    }

    private Uni<BrokerAnswer> call(
            String token, String requestId, Duration limit, BiFunction<BrokerApi, ServiceCall, Uni<Response>> verb) {
        return Uni.createFrom()
                .deferred(() -> {
                    BrokerApi api = client.api();
                    return verb.apply(api, ServiceCall.of(token, requestId))
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
        throw refusal(status, body).orElseGet(() -> {
            LOG.warnf("The Broker answered %d", status);
            return unavailable();
        });
    }

    static byte[] body(Response response) {
        return response.hasEntity() ? response.readEntity(byte[].class) : new byte[0];
    }

    private Optional<ApiException> refusal(int status, byte[] body) {
        try {
            JsonNode error = json.readTree(body);
            return ErrorCode.fromWire(error.path("error").asText())
                    .filter(code -> code.status() == status && PASSED_ON.contains(code))
                    .map(code -> new ApiException(code, error.path("message").asText(), details(error)));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static List<ErrorBody.Detail> details(JsonNode error) {
        List<ErrorBody.Detail> details = new ArrayList<>();
        for (JsonNode detail : error.path("details")) {
            if (details.size() < MAX_DETAILS) {
                details.add(new ErrorBody.Detail(
                        detail.path("pointer").asText(),
                        detail.path("rule").asText(),
                        detail.path("message").asText()));
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
