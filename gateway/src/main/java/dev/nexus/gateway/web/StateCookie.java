package dev.nexus.gateway.web;

import dev.nexus.gateway.apikey.Origin;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;

/**
 * The state in the browser, out of the address bar, for the path of its one connection, so that two tabs do not collide:
 * HttpOnly, Secure except on http loopback, SameSite=Lax, because the way to it is a link on the application's site.
 */
@ApplicationScoped
public class StateCookie {

    private final boolean secure;
    private final String name;
    private final String basePath;

    StateCookie(GatewayConfig config) {
        URI url = config.publicUrl();
        boolean httpLoopback = "http".equalsIgnoreCase(url.getScheme())
                && Origin.of(url).filter(Origin::isLoopback).isPresent();
        this.secure = !httpLoopback;
        // A browser takes a name with this prefix from a secure origin alone.
        this.name = (secure ? "__Secure-" : "") + "nexus-state";
        this.basePath = PublicPath.of(config);
    }

    /** The state that {@code request} carries; empty where there is none. */
    public Optional<String> in(HttpServerRequest request) {
        return Optional.ofNullable(request.getCookie(name))
                .map(Cookie::getValue)
                .filter(state -> !state.isEmpty());
    }

    /** The header Set-Cookie that holds {@code state} for {@code seconds} on the path of {@code connection}. */
    public String holding(String state, UUID connection, long seconds) {
        return Cookie.cookie(name, state)
                        .setPath(basePath + "/auth/capture/" + connection)
                        .setMaxAge(seconds)
                        .setSecure(secure)
                        .setSameSite(CookieSameSite.LAX)
                        // The encoder writes HTTPOnly, which is the same to a browser and not to everybody who reads
                        // it.
                        .encode()
                + "; HttpOnly";
    }
}
