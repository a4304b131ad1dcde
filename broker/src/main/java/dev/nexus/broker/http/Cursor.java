package dev.nexus.broker.http;

import dev.nexus.runtime.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Encodes the key of a page's last row as an opaque cursor, in base64url. The key is not secret: the page shows it. */
public final class Cursor {

    private static final int MAX_LENGTH = 256;

    private Cursor() {}

    public static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the key in {@code cursor}, or null if the parameter is absent.
     *
     * @throws ApiException invalid_request if it is longer than 256 characters or not base64url
     */
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
        return Parameters.invalid("cursor", "must be the next_cursor of a previous page");
    }
}
