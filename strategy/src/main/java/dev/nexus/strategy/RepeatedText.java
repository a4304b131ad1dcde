package dev.nexus.strategy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises a value that was copied together with text that the strategy adds itself, as in {@code Bearer abc} for the
 * prefix {@code "Bearer "}. The text would be sent twice.
 */
final class RepeatedText {

    /** Shorter text than this can be a part of the key by chance. */
    private static final int MIN_CHANCE_LENGTH = 3;

    /**
     * A scheme of the header Authorization that vendors use, with the text after it. A key that is sent after a scheme
     * contains no space, so a value of this form contains a scheme.
     */
    private static final Pattern SCHEME =
            Pattern.compile("(?:bearer|token|basic|api-?key|digest):?\\s+.*", Pattern.CASE_INSENSITIVE);

    private static final Pattern BASIC_HEADER =
            Pattern.compile("basic\\s+([A-Za-z0-9+/]+={0,2})", Pattern.CASE_INSENSITIVE);

    private RepeatedText() {}

    /**
     * Returns true if {@code value} begins with {@code prefix} or with one of its words. If the prefix ends with a
     * space, also returns true if {@code value} begins with another scheme. If the prefix ends with a letter or digit,
     * only the whole prefix counts, and only if it has at least three characters.
     */
    static boolean isPrefix(String prefix, String value) {
        if (prefix.isBlank()) {
            return false;
        }
        char last = prefix.charAt(prefix.length() - 1);
        if (Character.isLetterOrDigit(last)) {
            return prefix.length() >= MIN_CHANCE_LENGTH && value.startsWith(prefix);
        }
        if (Character.isWhitespace(last) && SCHEME.matcher(value).matches()) {
            return true;
        }
        List<String> words = List.of(prefix.strip().split("\\s+"));
        return beginsWith(prefix.strip(), value) || words.stream().anyMatch(word -> beginsWith(word, value));
    }

    /**
     * Returns true if {@code value} begins with {@code text}, and {@code text} is not the beginning of a longer word in
     * it.
     */
    private static boolean beginsWith(String text, String value) {
        if (!value.regionMatches(true, 0, text, 0, text.length())) {
            return false;
        }
        boolean isWord = Character.isLetterOrDigit(text.charAt(text.length() - 1));
        return !isWord
                || value.length() == text.length()
                || Character.isWhitespace(value.charAt(text.length()))
                || value.charAt(text.length()) == ':';
    }

    /**
     * Returns true if {@code value} begins with {@code name} and {@code separator}, the character between a name and
     * its value. Ignores one question mark or ampersand before the name.
     */
    static boolean isName(String name, char separator, String value) {
        String pasted = value.startsWith("?") || value.startsWith("&") ? value.substring(1) : value;
        return pasted.regionMatches(true, 0, name + separator, 0, name.length() + 1);
    }

    /** Returns true if {@code value} is a whole Basic header, as in {@code Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==}. */
    static boolean isBasicHeader(String value) {
        Matcher header = BASIC_HEADER.matcher(value.strip());
        if (!header.matches()) {
            return false;
        }
        try {
            String pair = new String(Base64.getDecoder().decode(header.group(1)), StandardCharsets.UTF_8);
            return pair.indexOf(':') >= 0;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /**
     * Returns true if the field's value begins with the text before its placeholder, or ends with the text after it.
     * Ignores a text that is shorter than three characters or has only letters and digits.
     */
    static boolean isAround(Template template, String field, String value) {
        List<Template.Piece> pieces = template.pieces();
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i) instanceof Template.Piece.Placeholder placeholder
                    && placeholder.name().equals(field)
                    && ((i > 0 && value.startsWith(literal(pieces.get(i - 1))))
                            || (i + 1 < pieces.size() && value.endsWith(literal(pieces.get(i + 1)))))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the text of a long literal. For other pieces, returns a text that no value contains. */
    private static String literal(Template.Piece piece) {
        boolean isLong = piece instanceof Template.Piece.Literal literal
                && literal.text().length() >= MIN_CHANCE_LENGTH
                && !literal.text().chars().allMatch(Character::isLetterOrDigit);
        return isLong ? ((Template.Piece.Literal) piece).text() : "\0";
    }
}
