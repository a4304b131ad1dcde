package dev.nexus.broker.caller;

import dev.nexus.broker.http.Deadline;
import dev.nexus.broker.http.ErrorWriter;
import dev.nexus.broker.http.Outcomes;
import dev.nexus.broker.http.Routes;
import dev.nexus.runtime.ApiErrors;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs an {@link Endpoint} for a request, within a {@link Deadline}. Counts the outcome and writes the response. */
@ApplicationScoped
class Endpoints {

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json;charset=UTF-8");

    /** The media ranges of the header Accept (RFC 9110, 12.5.1) that include JSON. */
    private static final Set<String> RANGES_WITH_JSON = Set.of("application/json", "application/*", "*/*", "*");

    private final Map<String, Endpoint> endpoints;
    private final Outcomes outcomes;
    private final ErrorWriter errors;

    Endpoints(@All List<Endpoint> endpoints, Outcomes outcomes, ErrorWriter errors) {
        this.endpoints = endpoints.stream().collect(Collectors.toUnmodifiableMap(Endpoint::route, Function.identity()));
        this.outcomes = outcomes;
        this.errors = errors;
    }

    /**
     * Serves the request and returns true. If the route has no endpoint, returns false and does nothing.
     *
     * @throws ApiException not_acceptable if the header Accept is not blank and none of its media ranges includes JSON.
     *     Ignores the parameters of a range, such as its weight
     */
    boolean serve(RoutingContext http, Routes.Match match, Caller caller) {
        Endpoint endpoint = endpoints.get(match.route().name());
        if (endpoint == null) {
            return false;
        }
        requireJsonAccepted(http.request().headers().getAll(HttpHeaders.ACCEPT));
        ErrorWriter.discardBody(http.request());
        Context own = Vertx.currentContext();
        Cancellable work = answer(endpoint, caller, match.parameter())
                .subscribe()
                .with(
                        json -> onContext(own, () -> write(http, json)),
                        failure -> onContext(own, () -> errors.write(http, failure)));
        if (!http.response().ended()) {
            http.addEndHandler(ended -> cancelIfDisconnected(ended, work));
        }
        return true;
    }

    private static void cancelIfDisconnected(AsyncResult<Void> ended, Cancellable work) {
        if (ended.failed()) {
            work.cancel();
        }
    }

    private Uni<byte[]> answer(Endpoint endpoint, Caller caller, String parameter) {
        Uni<byte[]> answer = Deadline.within(Uni.createFrom().deferred(() -> endpoint.serve(caller, parameter)));
        return endpoint.outcome()
                .map(verb -> outcomes.<byte[]>count(verb, () -> answer))
                .orElse(answer);
    }

    private static void write(RoutingContext http, byte[] json) {
        http.response().putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(Buffer.buffer(json));
    }

    /**
     * Runs {@code response} on the context of the request, because this context has the log fields of the request. A
     * failure can come from another thread, for example if the deadline has passed.
     */
    private static void onContext(Context own, Runnable response) {
        if (Vertx.currentContext() == own) {
            response.run();
        } else {
            own.runOnContext(ignored -> response.run());
        }
    }

    private static void requireJsonAccepted(List<String> accept) {
        if (accept.stream().allMatch(String::isBlank)) {
            return;
        }
        if (accept.stream()
                .flatMap(ranges -> Stream.of(ranges.split(",", -1)))
                .map(range -> range.split(";", -1)[0].strip().toLowerCase(Locale.ROOT))
                .noneMatch(RANGES_WITH_JSON::contains)) {
            throw ApiErrors.notAcceptable();
        }
    }
}
