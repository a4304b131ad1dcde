package dev.nexus.gateway.broker;

import dev.nexus.contracts.InternalHeaders;
import dev.nexus.gateway.broker.BrokerClient.OpenedRequest;
import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.ClientAddress;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.RequestId;
import dev.nexus.runtime.ApiErrors;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quarkus.micrometer.runtime.binder.HttpCommonTags;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends the frequent read requests ({@link BrokerRead}) to the Broker. It does not use the REST client, which would
 * take more CPU time for each request. The requests have the same connections, headers, time-out, errors and metrics as
 * the calls of {@link Broker}.
 */
@ApplicationScoped
public class BrokerReads {

    /** Stands for a missing response. {@link HttpCommonTags} converts it to the status and the outcome UNKNOWN. */
    private static final int NO_RESPONSE = 0;

    private final BrokerClient client;
    private final ServiceTokens tokens;
    private final ClientAddress addresses;
    private final CallerErrors errors;
    private final Meter.MeterProvider<Timer> calls;
    private final RequestOptions target;
    private final String basePath;
    private final long timeoutMillis;

    BrokerReads(
            GatewayConfig config,
            BrokerClient client,
            ServiceTokens tokens,
            ClientAddress addresses,
            CallerErrors errors,
            MeterRegistry meters) {
        this.client = client;
        this.tokens = tokens;
        this.addresses = addresses;
        this.errors = errors;
        this.calls = Timer.builder("http.client.requests").withRegistry(meters);
        this.target = target(config.brokerUrl());
        this.basePath = basePath(config.brokerUrl());
        this.timeoutMillis = config.brokerTimeout().toMillis();
    }

    private static RequestOptions target(URI url) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        return new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(url.getHost())
                .setPort(url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80)
                .setSsl(tls);
    }

    private static String basePath(URI url) {
        String path = url.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /**
     * Reads for the caller of {@code request}. Call this method on the context of the request. If the caller's
     * connection closes, the read is cancelled and fails with unavailable.
     *
     * @param id percent-encoded
     * @return the answer. Fails with {@link dev.nexus.runtime.ApiException}, as {@link CallerErrors} defines
     */
    public Future<BrokerAnswer<Buffer>> get(BrokerRead read, String id, RoutingContext request) {
        ServiceCall call = new ServiceCall(
                tokens.forCaller(Caller.of(request)),
                RequestId.of(request),
                Optional.of(addresses.of(request).address()));
        Promise<BrokerAnswer<Buffer>> answer = Promise.promise();
        Future<OpenedRequest> opened = open(read.path(id)).compose(open -> unlessEnded(open, answer));
        long timer = request.vertx().setTimer(timeoutMillis, fired -> {
            if (!answer.future().isComplete()) {
                answer.fail(errors.of(new TimeoutException()));
                cancel(opened);
            }
        });
        answer.future().onComplete(answered -> request.vertx().cancelTimer(timer));
        request.addEndHandler(ended -> {
            if (ended.failed() && answer.tryFail(ApiErrors.unavailable())) {
                cancel(opened);
            }
        });
        exchange(read, call, opened).onComplete(exchanged -> {
            if (answer.future().isComplete()) {
                return;
            }
            if (exchanged.succeeded()) {
                answer.complete(exchanged.result());
            } else {
                answer.fail(errors.of(exchanged.cause()));
            }
        });
        return answer.future();
    }

    private Future<OpenedRequest> open(String path) {
        try {
            return client.open(new RequestOptions(target).setURI(basePath + path));
        } catch (IllegalStateException closed) {
            // Vert.x throws this exception if the shutdown has already closed the client.
            return Future.failedFuture(closed);
        }
    }

    /**
     * Returns the opened request. The read can end with a time-out or a cancellation before a connection to the Broker
     * opens. In that case, resets the request so that the Broker does not get it, and fails.
     */
    static Future<OpenedRequest> unlessEnded(OpenedRequest open, Promise<?> answer) {
        if (!answer.future().isComplete()) {
            return Future.succeededFuture(open);
        }
        open.request().reset();
        return Future.failedFuture(new TimeoutException());
    }

    /** Resets the request, also if it is opened later. */
    private static void cancel(Future<OpenedRequest> opened) {
        opened.onSuccess(late -> late.request().reset());
    }

    private Future<BrokerAnswer<Buffer>> exchange(BrokerRead read, ServiceCall call, Future<OpenedRequest> opened) {
        long begun = System.nanoTime();
        return opened.compose(open -> {
                    open.request().putHeader(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON);
                    call.addHeaders((name, value) -> open.request().putHeader(name, value));
                    return open.request().send().onSuccess(response -> {
                        if (response.getHeader(InternalHeaders.CONNECTION) != null) {
                            open.renew().run();
                        }
                    });
                })
                .onComplete(response -> record(read, begun, response))
                .compose(response -> response.body().map(body -> answer(response, body)));
    }

    private static BrokerAnswer<Buffer> answer(HttpClientResponse response, Buffer body) {
        if (!BrokerResponses.isSuccess(response.statusCode())) {
            throw new BrokerRefusal(response.statusCode(), body.getBytes());
        }
        return new BrokerAnswer<>(
                response.statusCode(), body, Optional.ofNullable(response.getHeader(HttpHeaders.ETAG)));
    }

    private void record(BrokerRead read, long begun, AsyncResult<HttpClientResponse> response) {
        int status = response.succeeded() ? response.result().statusCode() : NO_RESPONSE;
        calls.withTags(Tags.of(
                        HttpCommonTags.method(HttpMethod.GET.name()),
                        Tag.of("uri", read.template()),
                        HttpCommonTags.outcome(status),
                        HttpCommonTags.status(status),
                        Tag.of("clientName", "none")))
                .record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    }
}
