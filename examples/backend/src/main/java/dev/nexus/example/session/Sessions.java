package dev.nexus.example.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.example.ExampleConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.NewCookie;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sessions, in memory. The cookie contains only a random session id. With SameSite=Lax, the browser sends the
 * cookie when the hosted page redirects to the callback, but not with a POST from another site.
 */
@ApplicationScoped
public class Sessions {

    private static final Duration IDLE = Duration.ofHours(8);
    private static final int MAX_SESSIONS = 10_000;
    private static final int ID_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Session> sessions = Caffeine.newBuilder()
            .expireAfterAccess(IDLE)
            .maximumSize(MAX_SESSIONS)
            .build();
    private final boolean https;
    private final String cookieName;

    Sessions(ExampleConfig config) {
        this.https = "https".equalsIgnoreCase(config.publicUrl().getScheme());
        // With this prefix, no sibling host can set the cookie (RFC 6265bis, 4.1.3.2). Browsers accept the prefix only
        // over https.
        this.cookieName = https ? "__Host-example-session" : "example-session";
    }

    String cookieName() {
        return cookieName;
    }

    /** Creates a session with a new id. Returns its cookie. */
    NewCookie open(String user) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        String value = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
        sessions.put(value, new Session(user));
        return cookie(value, NewCookie.DEFAULT_MAX_AGE);
    }

    Optional<Session> find(@Nullable String id) {
        return Optional.ofNullable(id).map(sessions::getIfPresent);
    }

    /** Ends a session. Returns a cookie that deletes the cookie of the session. */
    NewCookie close(@Nullable String id) {
        if (id != null) {
            sessions.invalidate(id);
        }
        return cookie("", 0);
    }

    private NewCookie cookie(String value, int maxAge) {
        return new NewCookie.Builder(cookieName)
                .value(value)
                .path("/")
                .maxAge(maxAge)
                .httpOnly(true)
                .secure(https)
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }
}
