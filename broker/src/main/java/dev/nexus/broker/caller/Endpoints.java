package dev.nexus.broker.caller;

import dev.nexus.broker.http.Deadline;
import dev.nexus.broker.http.ErrorWriter;
import dev.nexus.broker.http.Outcomes;
import dev.nexus.broker.http.Routes;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.BodyReader;
import dev.nexus.runtime.RequestContext;
import io.quarkus.arc.All;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a request, and runs the {@link Endpoint} of the route: within a {@link Deadline}, unless the use
 * case applies the deadline. Counts the outcome if the endpoint names a metric. Writes the response.
 */
@ApplicationScoped
class Endpoints {

    private static final String JSON_TYPE = "application/json";
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json;charset=UTF-8");

    /** The media ranges of the header Accept (RFC 9110, 12.5.1) that include JSON. */
    private static final Set<String> RANGES_WITH_JSON = Set.of(JSON_TYPE, "application/*", "*/*", "*");

    private final Map<String, Endpoint> endpoints;
    private final Outcomes outcomes;
    private final ErrorWriter errors;
    private final int maxBody;

    /** @param maxBody the same limit as for the resources of Jakarta REST */
    Endpoints(
            @All List<Endpoint> endpoints,
            Outcomes outcomes,
            ErrorWriter errors,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody) {
        this.endpoints = endpoints.stream().collect(Collectors.toUnmodifiableMap(Endpoint::route, Function.identity()));
        this.outcomes = outcomes;
        this.errors = errors;
        this.maxBody = Math.toIntExact(maxBody.asLongValue());
    }

    /**
     * Serves the request and returns true. If the route has no endpoint, returns false and does nothing.
     *
     * @throws ApiException not_acceptable if the header Accept is not blank and none of its media ranges includes JSON.
     *     Ignores the parameters of a range, such as its weight. Also unsupported_media_type if the route has a body
     *     and the header Content-Type names another type than JSON
     */
    boolean serve(RoutingContext http, Routes.Match match, Caller caller) {
        Endpoint endpoint = endpoints.get(match.route().name());
        if (endpoint == null) {
            return false;
        }
        requireJsonAccepted(http.request().headers().getAll(HttpHeaders.ACCEPT));
        if (!endpoint.readsBody()) {
            ErrorWriter.discardBody(http.request());
            run(http, endpoint, new EndpointRequest(caller, match.parameter(), Buffer.buffer()));
            return true;
        }
        requireJsonSent(http.request().getHeader(HttpHeaders.CONTENT_TYPE));
        BodyReader.read(http.request(), maxBody, ErrorWriter::bodyTooLong)
                .onSuccess(body -> run(http, endpoint, new EndpointRequest(caller, match.parameter(), body)))
                .onFailure(tooLong -> errors.write(http, tooLong));
        return true;
    }

    private void run(RoutingContext http, Endpoint endpoint, EndpointRequest request) {
        Context own = Vertx.currentContext();
        Cancellable work = response(endpoint, request)
                .subscribe()
                .with(
                        response -> RequestContext.run(own, () -> write(http, response)),
                        failure -> RequestContext.run(own, () -> errors.write(http, failure)));
        if (!http.response().ended()) {
            http.addEndHandler(ended -> cancelIfDisconnected(ended, work));
        }
    }

    private static void cancelIfDisconnected(AsyncResult<Void> ended, Cancellable work) {
        if (ended.failed()) {
            work.cancel();
        }
    }

    private Uni<EndpointResponse> response(Endpoint endpoint, EndpointRequest request) {
        Uni<EndpointResponse> served = Uni.createFrom().deferred(() -> endpoint.serve(request));
        Uni<EndpointResponse> limited = endpoint.appliesDeadline() ? served : Deadline.within(served);
        return endpoint.outcome()
                .map(verb -> outcomes.<EndpointResponse>count(verb, () -> limited))
                .orElse(limited);
    }

    /** If a header is refused, writes an error response. Otherwise the caller would get no response. */
    private void write(RoutingContext http, EndpointResponse response) {
        try {
            HttpServerResponse sent =
                    http.response().setStatusCode(response.status()).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
            response.location().ifPresent(location -> sent.putHeader(HttpHeaders.LOCATION, location));
            sent.end(response.json());
        } catch (IllegalArgumentException refused) {
            errors.write(http, refused);
        }
    }

    private static void requireJsonAccepted(List<String> accept) {
        if ((accept.size() == 1 && accept.get(0).equals(JSON_TYPE))
                || accept.stream().allMatch(String::isBlank)) {
            return;
        }
        if (accept.stream()
                .flatMap(ranges -> Stream.of(ranges.split(",", -1)))
                .map(Endpoints::withoutParameters)
                .noneMatch(RANGES_WITH_JSON::contains)) {
            throw ApiErrors.notAcceptable();
        }
    }

    private static void requireJsonSent(@Nullable String type) {
        if (type != null && !type.equals(JSON_TYPE) && !withoutParameters(type).equals(JSON_TYPE)) {
            throw ErrorWriter.notJson();
        }
    }

    private static String withoutParameters(String type) {
        return type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
    }
}
