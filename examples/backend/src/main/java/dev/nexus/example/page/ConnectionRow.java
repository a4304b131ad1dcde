package dev.nexus.example.page;

import org.jspecify.annotations.Nullable;

/**
 * A connection on the page.
 *
 * @param since the time of its last change of status
 * @param confirmed whether the browser that began it has come back, see ConnectionRegistry
 * @param usable whether this application knows what to ask its provider
 * @param continues where its form is, while it is open in this session
 */
public record ConnectionRow(
        String id,
        String provider,
        @Nullable String label,
        String status,
        String since,
        @Nullable String replacedBy,
        @Nullable String verification,
        boolean confirmed,
        boolean usable,
        @Nullable String continues) {

    private static final int SHORT = 8;

    /** Enough of an id to tell it from the others: of a UUIDv7 the end, since the beginning is the time. */
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
