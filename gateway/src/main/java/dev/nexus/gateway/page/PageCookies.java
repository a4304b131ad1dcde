package dev.nexus.gateway.page;

import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.Origin;
import dev.nexus.gateway.http.PageState;
import dev.nexus.gateway.http.PublicPath;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.NewCookie;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;

/**
 * Cookies of the page of one connection: for its path only, so that two tabs do not collide, HttpOnly, SameSite=Lax because
 * the way to the page is a link on the application's site, and Secure except on http loopback. The first of them keeps the
 * state out of the address bar.
 */
@ApplicationScoped
class PageCookies implements PageState {

    private static final String STATE = "nexus-state";

    private final boolean secure;
    private final String basePath;

    @Inject
    PageCookies(GatewayConfig config) {
        this(!isHttpLoopback(config.publicUrl()), PublicPath.of(config));
    }

    PageCookies(boolean secure, String basePath) {
        this.secure = secure;
        this.basePath = basePath;
    }

    private static boolean isHttpLoopback(URI url) {
        return "http".equalsIgnoreCase(url.getScheme())
                && Origin.of(url).filter(Origin::isLoopback).isPresent();
    }

    /** The path of the page of {@code connection}, as browsers see it. */
    String path(UUID connection) {
        return basePath + "/auth/capture/" + connection;
    }

    @Override
    public Optional<String> in(HttpServerRequest request) {
        return read(request, STATE);
    }

    /** Holds {@code state} for {@code seconds} on the page of {@code connection}. */
    NewCookie state(String state, UUID connection, int seconds) {
        return cookie(STATE, state, connection, seconds);
    }

    /** The value that {@code request} carries under {@code name}; empty if there is none. */
    Optional<String> read(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getCookie(full(name)))
                .map(Cookie::getValue)
                .filter(value -> !value.isEmpty());
    }

    /** Holds {@code value} for {@code seconds} on the page of {@code connection}; 0 deletes the cookie. */
    NewCookie cookie(String name, String value, UUID connection, int seconds) {
        return new NewCookie.Builder(full(name))
                .value(value)
                .path(path(connection))
                .maxAge(seconds)
                .secure(secure)
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }

    /** A browser takes a name with this prefix only from a secure origin. */
    private String full(String name) {
        return (secure ? "__Secure-" : "") + name;
    }
}
