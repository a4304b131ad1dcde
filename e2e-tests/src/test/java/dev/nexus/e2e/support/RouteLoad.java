package dev.nexus.e2e.support;

import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.Load.Answer;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A {@link Load} on many routes: its requests, its settings, and a check of its responses. */
public final class RouteLoad {

    /** Raises the rate limit of the /auth routes, because all requests come from one address and use one state. */
    public static final Map<String, String> HIGH_AUTH_RATE =
            Map.of("nexus.gateway.auth-rate.per-second", "1000", "nexus.gateway.auth-rate.burst", "1000");

    private RouteLoad() {}

    /**
     * Returns true if more than half of the requests of the last {@code span} have a response, and no request failed or
     * got 503.
     */
    public static boolean allAnswered(Load load, int perSecond, Duration span) {
        List<Answer> lately = load.sentSince(System.nanoTime() - span.toNanos());
        return lately.size() > span.toSeconds() * perSecond / 2
                && lately.stream().noneMatch(answer -> answer.status() == 503 || answer.status() == 0);
    }

    /** Returns one request to each of ten routes, with a new connection and a new state. */
    public static List<HttpRequest> requestsToManyRoutes(Backend acme) {
        String id = acme.connect(Backend.workspace(), "k");
        Begun pending = acme.begin(Backend.workspace());
        return List.of(
                Load.get(acme, "/v1/check-connection/" + id),
                Load.get(acme, "/v1/token/" + id),
                Load.get(acme, "/v1/capture-schema?state=" + pending.state()),
                Load.get(acme, "/auth/capture-schema?state=" + pending.state()),
                Load.get(acme, "/v1/connections?limit=1"),
                Load.get(acme, "/v1/providers"),
                Load.get(acme, "/v1/audit-events?limit=1"),
                Load.post(acme, "/v1/refresh/" + id, ""),
                Load.post(
                        acme,
                        "/v1/capture-credential",
                        "{\"state\":\"" + pending.state() + "\",\"credentials\":{\"api_key\":\"k\"}}"),
                Load.post(
                        acme,
                        "/v1/request-connection",
                        "{\"workspace_id\":\"w\",\"provider_id\":\"api-key\",\"return_url\":\"" + Backend.RETURN_URL
                                + "\"}"));
    }
}
