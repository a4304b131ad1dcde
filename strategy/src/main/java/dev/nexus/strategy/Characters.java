package dev.nexus.strategy;

import java.util.Optional;

/** Finds characters that get into a credential if a user copies it from a page or a terminal. */
final class Characters {

    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private Characters() {}

    /** The rule that forbids the first control character of {@code text}; empty if {@code text} has none. */
    static Optional<CredentialRule> control(String text) {
        return text.chars()
                .filter(Character::isISOControl)
                .mapToObj(c -> c == '\n' || c == '\r' ? CredentialRule.LINE_BREAK : CredentialRule.CONTROL_CHARACTER)
                .findFirst();
    }

    /**
     * The rule that forbids characters without a glyph and all spaces except the ASCII space; empty if {@code text} has
     * none.
     */
    static Optional<CredentialRule> invisible(String text) {
        return text.codePoints().anyMatch(c -> Character.getType(c) == Character.FORMAT || isForeignSpace(c))
                ? Optional.of(CredentialRule.INVISIBLE_CHARACTER)
                : Optional.empty();
    }

    /**
     * The rule that forbids characters without a glyph, such as the zero-width space and the byte order mark. Users do
     * not type them. The two joiners are allowed, because some scripts and emoji need them.
     */
    static Optional<CredentialRule> zeroWidth(String text) {
        return text.codePoints()
                        .anyMatch(c -> Character.getType(c) == Character.FORMAT
                                && c != ZERO_WIDTH_JOINER
                                && c != ZERO_WIDTH_NON_JOINER)
                ? Optional.of(CredentialRule.INVISIBLE_CHARACTER)
                : Optional.empty();
    }

    private static boolean isForeignSpace(int character) {
        return Character.isSpaceChar(character) && character != ' ';
    }
}
