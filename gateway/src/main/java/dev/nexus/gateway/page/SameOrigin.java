package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.Origin;
import dev.nexus.runtime.ApiException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes a form from our own page alone, by what the browser says of where it came from. The cookie, which a browser does
 * not send with another site's form, is the first lock; this is the second. A page without a referrer sends its forms
 * with {@code Origin: null}, so that says nothing either way.
 */
@ApplicationScoped
class SameOrigin {

    private final Optional<Origin> own;

    SameOrigin(GatewayConfig config) {
        this.own = Origin.of(config.publicUrl());
    }

    /** Refuses with forbidden what another site's page has sent. */
    void check(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean taken = site == null
                ? isOwn(request.getHeader(HttpHeaders.ORIGIN))
                : site.equals("same-origin") || site.equals("none");
        if (!taken) {
            throw new ApiException(ErrorCode.FORBIDDEN, "The form must be sent by the page itself");
        }
    }

    private boolean isOwn(@Nullable String origin) {
        return origin == null || origin.equals("null") || Origin.ofUrl(origin).equals(own);
    }
}
