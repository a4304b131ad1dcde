package dev.nexus.strategy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The JSON form of a constant: its name in lower case. */
final class WireName {

    private WireName() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Finds the constant with the wire name {@code wire}. */
    static <E extends Enum<E>> Optional<E> find(Class<E> type, String wire) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> of(constant).equals(wire))
                .findFirst();
    }
}
