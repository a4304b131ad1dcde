package dev.nexus.example.page;

import dev.nexus.example.nexus.Connection.Verification;
import org.jspecify.annotations.Nullable;

/**
 * A connection on the page.
 *
 * @param since the time of the last of these events: creation, activation, revocation
 * @param confirmed whether the callback has confirmed it, see ConnectionRegistry
 * @param usable whether example.requests has a request for its provider
 * @param continues the address of its form; null if it is not pending or this session has no open form for it
 */
public record ConnectionRow(
        String id,
        String provider,
        @Nullable String label,
        String status,
        String since,
        @Nullable String replacedBy,
        @Nullable Verification verification,
        boolean confirmed,
        boolean usable,
        @Nullable String continues) {

    private static final int SHORT = 8;

    /** Returns the end of an id, which is random. The beginning of a UUIDv7 is a time, and similar in many ids. */
    public static String shortened(String id) {
        return "…" + id.substring(Math.max(0, id.length() - SHORT));
    }

    public String shortId() {
        return shortened(id);
    }

    public String shortReplacedBy() {
        return replacedBy == null ? "" : shortened(replacedBy);
    }

    public boolean active() {
        return status.equals("active");
    }

    public boolean pending() {
        return status.equals("pending");
    }
}
