package dev.nexus.broker.http;

import dev.nexus.runtime.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Opaque page cursors: the last row's key, in base64url. They hold nothing that the page did not show. */
public final class Cursor {

    private static final int MAX_LENGTH = 256;

    private Cursor() {}

    public static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    /** The key within; null where the parameter is absent. Refuses what {@link #encode} did not make. */
    public static @Nullable String decode(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            if (cursor.length() <= MAX_LENGTH) {
                return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            }
        } catch (IllegalArgumentException notBase64) {
            throw invalid();
        }
        throw invalid();
    }

    public static ApiException invalid() {
        return Parameters.invalid("cursor", "must be a next_cursor of a former page");
    }
}
