package dev.nexus.gateway.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.apikey.ApiKey;
import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.DirectRoutes;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.RequestBody;
import dev.nexus.gateway.http.RequestInput;
import dev.nexus.gateway.http.Route;
import dev.nexus.runtime.RequestContext;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import java.util.function.Function;

/**
 * Serves steps 1 to 3 of the flow: request-connection, capture-schema and capture-credential. Parses the body of
 * request-connection; the Broker parses the body of capture-credential. These routes have no resource of Jakarta REST,
 * because the cost of Jakarta REST would limit their rate. META-INF/openapi.yaml documents them.
 */
@ApplicationScoped
class CaptureFlow implements DirectRoutes {

    private static final String JSON = MediaType.APPLICATION_JSON;
    private static final String JSON_IN_UTF_8 = JSON + ";charset=UTF-8";

    private final Broker broker;
    private final ForwardedAnswers answers;
    private final ObjectWriter writer;
    private final String authUrl;
    private final boolean httpLoopback = !ConfigUtils.isProfileActive("prod");

    CaptureFlow(Broker broker, ForwardedAnswers answers, ObjectMapper json, GatewayConfig config) {
        this.broker = broker;
        this.answers = answers;
        this.writer = json.writerFor(BegunConnection.class);
        this.authUrl = config.publicUrl().toString().replaceAll("/+$", "") + "/auth/capture-schema?state=";
    }

    @Override
    public boolean serve(Route route, RoutingContext request) {
        switch (route) {
            case REQUEST_CONNECTION -> readBody(request, JSON_IN_UTF_8, body -> requestConnection(request, body));
            case CAPTURE_SCHEMA -> {
                // Discards a body, which this route does not read. Quarkus has paused the request.
                request.request().resume();
                answer(request, JSON, Uni.createFrom().deferred(() -> captureSchema(request)));
            }
            case CAPTURE_CREDENTIAL -> readBody(request, JSON, body -> captureCredential(request, body));
            default -> {
                return false;
            }
        }
        return true;
    }

    private Uni<Buffer> requestConnection(RoutingContext request, byte[] body) {
        ConnectionRequest form = ConnectionForm.parse(body);
        ReturnUrl.check(form.returnUrl(), (ApiKey) Caller.of(request), httpLoopback);
        return broker.call(request, api -> api.requestConnection(form)).map(this::begun);
    }

    private Uni<Buffer> captureSchema(RoutingContext request) {
        StateReference state = new StateReference(RequestInput.state(request.queryParam("state")));
        return broker.call(request, api -> api.captureSchema(state)).map(CaptureFlow::json);
    }

    private Uni<Buffer> captureCredential(RoutingContext request, byte[] body) {
        return broker.callWithVerification(request, api -> api.captureCredential(body))
                .map(CaptureFlow::json);
    }

    private static Buffer json(BrokerAnswer<byte[]> answer) {
        byte[] body = answer.body();
        if (body == null) {
            throw BrokerAnswer.unreadable("the body is missing");
        }
        return Buffer.buffer(body);
    }

    /** Builds auth_url from the configuration and the state. No part comes from the request. */
    private Buffer begun(BrokerAnswer<RequestedConnection> answer) {
        RequestedConnection begun = answer.body();
        if (begun == null || begun.connectionId() == null || begun.state() == null) {
            throw BrokerAnswer.unreadable("request-connection: connection_id or state is missing");
        }
        try {
            return Buffer.buffer(
                    writer.writeValueAsBytes(new BegunConnection(begun.connectionId(), authUrl + begun.state())));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a response consists of an id and text", impossible);
        }
    }

    private void readBody(RoutingContext request, String contentType, Function<byte[], Uni<Buffer>> call) {
        RequestBody.read(request.request())
                .onSuccess(body ->
                        answer(request, contentType, Uni.createFrom().deferred(() -> call.apply(body.getBytes()))))
                .onFailure(tooLong -> answers.fail(request, tooLong));
    }

    /** Answers with the JSON of {@code call}, or with its error. Cancels {@code call} if the caller disconnects. */
    private void answer(RoutingContext request, String contentType, Uni<Buffer> call) {
        Context own = Vertx.currentContext();
        Cancellable work = call.subscribe()
                .with(
                        json -> RequestContext.run(own, () -> answers.write(request, contentType, json)),
                        failure -> RequestContext.run(own, () -> answers.fail(request, failure)));
        if (!request.response().ended()) {
            request.addEndHandler(ended -> {
                if (ended.failed()) {
                    work.cancel();
                }
            });
        }
    }
}
