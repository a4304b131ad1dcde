package dev.nexus.example.session;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The session of the current request. */
@RequestScoped
public class CurrentSession {

    private final Sessions sessions;
    private final HttpHeaders headers;

    CurrentSession(Sessions sessions, @Context HttpHeaders headers) {
        this.sessions = sessions;
        this.headers = headers;
    }

    public Optional<Session> find() {
        return sessions.find(id());
    }

    /** Returns the session. Without one, throws an exception that redirects the browser to the sign-in page. */
    public Session get() {
        return find().orElseThrow(NotSignedInException::new);
    }

    @Nullable
    String id() {
        Cookie cookie = headers.getCookies().get(sessions.cookieName());
        return cookie == null ? null : cookie.getValue();
    }
}
