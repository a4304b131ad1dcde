package dev.nexus.broker.provider;

import dev.nexus.broker.http.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The end of a page of providers. If two providers have the same slug, the tenant's own comes first.
 *
 * @param slug the slug of the page's last provider, or empty before the first page
 * @param global true if the page's last provider is global
 */
record ProviderCursor(String slug, boolean global) {

    static final ProviderCursor START = new ProviderCursor("", true);

    private static final String GLOBAL = " global";

    /**
     * Returns the position in {@code cursor}, or {@link #START} if the parameter is absent.
     *
     * @throws dev.nexus.runtime.ApiException invalid_request if the text is not a cursor of this list
     */
    static ProviderCursor parse(@Nullable String cursor) {
        String key = Cursor.decode(cursor);
        if (key == null) {
            return START;
        }
        boolean global = key.endsWith(GLOBAL);
        String slug = global ? key.substring(0, key.length() - GLOBAL.length()) : key;
        if (!ProviderReference.isSlug(slug)) {
            throw Cursor.invalid();
        }
        return new ProviderCursor(slug, global);
    }

    String encode() {
        return Cursor.encode(global ? slug + GLOBAL : slug);
    }
}
