package dev.nexus.example.session;

import dev.nexus.example.page.Notice;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A browser that somebody has signed in with. It holds no credential and no state. */
public final class Session {

    private final String user;
    private final AtomicReference<@Nullable Notice> notice = new AtomicReference<>();

    Session(String user) {
        this.user = user;
    }

    public String user() {
        return user;
    }

    /** The workspace_id that Nexus knows this user by. Here every user has one of their own. */
    public String workspaceId() {
        return "user_" + user;
    }

    /** Leaves a word for the next page. */
    public void tell(Notice next) {
        notice.set(next);
    }

    /** Takes the word that was left; it is shown once. */
    public Optional<Notice> takeNotice() {
        return Optional.ofNullable(notice.getAndSet(null));
    }

    @Override
    public String toString() {
        return "Session[" + user + "]";
    }
}
