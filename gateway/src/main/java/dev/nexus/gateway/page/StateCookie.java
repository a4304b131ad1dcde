package dev.nexus.gateway.page;

import dev.nexus.gateway.http.PageState;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/**
 * The state in the browser, out of the address bar. It is SameSite=Lax, because the way to the page is a link on the
 * application's site.
 */
@ApplicationScoped
class StateCookie implements PageState {

    private static final String NAME = "nexus-state";

    private final PageCookies cookies;

    StateCookie(PageCookies cookies) {
        this.cookies = cookies;
    }

    @Override
    public Optional<String> in(HttpServerRequest request) {
        return cookies.read(request, NAME);
    }

    /** The header Set-Cookie that holds {@code state} for {@code seconds} on the path of {@code connection}. */
    String holding(String state, UUID connection, long seconds) {
        return cookies.write(NAME, state, connection, seconds);
    }
}
