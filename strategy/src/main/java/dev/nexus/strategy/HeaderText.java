package dev.nexus.strategy;

import java.util.Optional;

/** Character rules of HTTP header fields, RFC 9110. */
final class HeaderText {

    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    private HeaderText() {}

    /** RFC 9110, section 5.6.2: one or more tchar. */
    static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || TOKEN_PUNCTUATION.indexOf(c) >= 0);
    }

    /**
     * Returns true if {@code text} has only visible ASCII and spaces. RFC 9110, section 5.5, also allows obs-text, but
     * clients replace it because it has no agreed encoding. A tab in a credential is a copy error.
     */
    static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c >= 0x20 && c <= 0x7e);
    }

    /** The rule that {@code text} breaks; empty if it is printable. */
    static Optional<CredentialRule> brokenRule(String text) {
        if (isPrintable(text)) {
            return Optional.empty();
        }
        return Optional.of(
                Characters.control(text).or(() -> Characters.invisible(text)).orElse(CredentialRule.PRINTABLE_ASCII));
    }
}
