package dev.nexus.strategy;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What the parts of a strategy must be. */
final class Rules {

    private static final int MAX_ADDITIONAL = 8;
    private static final int MAX_STATIC = 16;
    private static final int MAX_TEXT = 256;
    private static final int MAX_NAME = 128;

    /** Framing and connection handling (RFC 9110, 7.6.1; RFC 9112) belong to the client that sends. */
    private static final Set<String> THE_CLIENTS = Set.of(
            "host",
            "content-length",
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "upgrade",
            "te",
            "trailer",
            "expect");

    private Rules() {}

    static void requireHeaderName(String pointer, String name) {
        if (!HeaderText.isToken(name) || name.length() > MAX_NAME) {
            throw new InvalidStrategyException(pointer, "must be a token of RFC 9110 of at most 128 characters");
        }
        if (THE_CLIENTS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new InvalidStrategyException(pointer, "must not be a header that the HTTP client writes");
        }
    }

    static void requirePrintable(String pointer, String text) {
        if (!HeaderText.isPrintable(text) || text.length() > MAX_TEXT) {
            throw new InvalidStrategyException(pointer, "must be printable ASCII of at most 256 characters");
        }
    }

    static void requireFieldName(String pointer, String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidStrategyException(pointer, "must be 1 to 128 characters without control characters");
        }
    }

    /** A name in the scope of an AWS signature, which slashes divide. */
    static void requireName(String pointer, String name) {
        if (!name.matches("[A-Za-z0-9-]{1,64}")) {
            throw new InvalidStrategyException(pointer, "must match [A-Za-z0-9-]{1,64}");
        }
    }

    static void requireNew(Set<String> names, String pointer, String name) {
        if (!names.add(name.toLowerCase(Locale.ROOT))) {
            throw new InvalidStrategyException(pointer, "must not name a header twice");
        }
    }

    static <T> List<T> atMostEight(String pointer, List<T> additional) {
        if (additional.size() > MAX_ADDITIONAL) {
            throw new InvalidStrategyException(pointer, "must hold at most 8");
        }
        return List.copyOf(additional);
    }

    /** In the order in which they were given. */
    static Map<String, String> staticHeaders(Map<String, String> headers) {
        if (headers.size() > MAX_STATIC) {
            throw new InvalidStrategyException("/config/static_headers", "must hold at most 16");
        }
        headers.forEach((name, value) -> {
            requireHeaderName("/config/static_headers", name);
            requirePrintable("/config/static_headers", value);
        });
        return Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    static <T> List<String> fields(List<T> parts, Function<T, String> field) {
        return parts.stream().map(field).toList();
    }

    static Set<String> union(Collection<String> first, Collection<String> second) {
        Set<String> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return Collections.unmodifiableSet(all);
    }

    /** The constant whose name in lower case is {@code wire}. */
    static <E extends Enum<E>> Optional<E> constant(Class<E> type, String wire) {
        for (E constant : type.getEnumConstants()) {
            if (wire(constant).equals(wire)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }

    static String wire(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
