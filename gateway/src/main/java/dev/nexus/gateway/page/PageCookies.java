package dev.nexus.gateway.page;

import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.Origin;
import dev.nexus.gateway.http.PublicPath;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;

/**
 * Cookies of the page of one connection: for its path only, so that two tabs do not collide, HttpOnly, SameSite=Lax, and
 * Secure except on http loopback.
 */
@ApplicationScoped
class PageCookies {

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

    /** The value that {@code request} carries under {@code name}; empty if there is none. */
    Optional<String> read(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getCookie(full(name)))
                .map(Cookie::getValue)
                .filter(value -> !value.isEmpty());
    }

    /** The header Set-Cookie that holds {@code value} for {@code seconds}; 0 deletes the cookie. */
    String write(String name, String value, UUID connection, long seconds) {
        return Cookie.cookie(full(name), value)
                        .setPath(path(connection))
                        .setMaxAge(seconds)
                        .setSecure(secure)
                        .setSameSite(CookieSameSite.LAX)
                        // The encoder writes HTTPOnly, which is the same to a browser and not to everybody who reads
                        // it.
                        .encode()
                + "; HttpOnly";
    }

    /** A browser takes a name with this prefix only from a secure origin. */
    private String full(String name) {
        return (secure ? "__Secure-" : "") + name;
    }
}
