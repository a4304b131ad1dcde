package dev.nexus.example.session;

import dev.nexus.example.page.Notice;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The session of a signed-in user. It contains no credential and no state token. */
public final class Session {

    private final String user;
    private final AtomicReference<@Nullable Notice> notice = new AtomicReference<>();

    Session(String user) {
        this.user = user;
    }

    public String user() {
        return user;
    }

    /** The workspace_id of this user in Nexus. Each user has a separate workspace. */
    public String workspaceId() {
        return "user_" + user;
    }

    /** Sets the message that the next page shows. */
    public void setNotice(Notice next) {
        notice.set(next);
    }

    /** Returns and removes the message, so that it is shown once. */
    public Optional<Notice> takeNotice() {
        return Optional.ofNullable(notice.getAndSet(null));
    }

    @Override
    public String toString() {
        return "Session[" + user + "]";
    }
}
