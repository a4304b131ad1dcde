package dev.nexus.broker.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a path, a query or a header. An error names the parameter and the rule, never the value. */
public final class Parameters {

    private static final int UUID_LENGTH = 36;
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[ -~]{1,255}");
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    private static final int MAX_LENGTH = 512;

    private Parameters() {}

    /** Parses a UUID in its 36-character form (RFC 9562). Returns empty for any other text. */
    public static Optional<UUID> uuid(String text) {
        return isUuid(text) ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    private static boolean isUuid(String text) {
        if (text.length() != UUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            if (hyphen ? text.charAt(i) != '-' : !HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Parses the connection id in a path. Throws connection_not_found if it is not a UUID. */
    public static UUID connectionId(String text) {
        return uuid(text).orElseThrow(Parameters::connectionNotFound);
    }

    public static ApiException connectionNotFound() {
        return new ApiException(ErrorCode.CONNECTION_NOT_FOUND, "No connection with this id exists for this tenant");
    }

    /** Parses a page size: 1–200, or 50 if absent. */
    public static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MAX_LIMIT) {
            throw invalid("limit", "must be a whole number from 1 to 200");
        }
        return Integer.parseInt(text);
    }

    /** Checks a filter's text: at most 512 characters, no control characters. Returns null if absent. */
    public static @Nullable String text(String name, @Nullable String text) {
        if (text != null && (text.length() > MAX_LENGTH || text.chars().anyMatch(Character::isISOControl))) {
            throw invalid(name, "must be at most 512 characters without control characters");
        }
        return text;
    }

    /** Checks an Idempotency-Key: 1–255 printable ASCII characters. Returns empty if absent. */
    public static Optional<String> idempotencyKey(@Nullable String key) {
        if (key != null && !IDEMPOTENCY_KEY.matcher(key).matches()) {
            throw new ApiException(
                    ErrorCode.INVALID_REQUEST,
                    "Idempotency-Key must have 1 to 255 characters, and only printable ASCII characters");
        }
        return Optional.ofNullable(key);
    }

    /** Parses {@code true} or {@code false}. Returns false if absent. */
    public static boolean flag(String name, @Nullable String text) {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw invalid(name, "must be true or false");
    }

    /** Parses an RFC 3339 time. Returns null if absent. */
    public static @Nullable OffsetDateTime time(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            if (!isStorable(time)) {
                throw invalid(name, "must be a time in the years 0001 to 9999");
            }
            return time;
        } catch (DateTimeException malformed) {
            throw invalid(name, "must be an RFC 3339 time such as 2026-01-31T09:00:00Z");
        }
    }

    /** Returns true if both PostgreSQL and RFC 3339 can represent {@code time}: the years 0001 to 9999. */
    public static boolean isStorable(OffsetDateTime time) {
        return time.getYear() >= 1 && time.getYear() <= 9999;
    }

    public static ApiException invalid(String name, String rule) {
        return new ApiException(ErrorCode.INVALID_REQUEST, "The parameter " + name + " " + rule);
    }
}
