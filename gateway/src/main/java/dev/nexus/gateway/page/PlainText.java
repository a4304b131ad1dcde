package dev.nexus.gateway.page;

/**
 * Cleans the texts of providers and applications for a page. The templates escape markup. This class removes characters
 * that reorder or hide the text around them, and limits the length.
 */
final class PlainText {

    /** Unicode 15, UAX 9: within an isolate, the direction of a text does not affect the text around it. */
    private static final char FIRST_STRONG_ISOLATE = '\u2068';

    private static final char POP_DIRECTIONAL_ISOLATE = '\u2069';
    private static final String ELLIPSIS = "…";

    /** The part of a text that is processed, as a multiple of the maximum length. */
    private static final int READ_FACTOR = 4;

    private PlainText() {}

    /**
     * Removes control, directional and invisible characters, and reduces white space to single spaces. Cuts the text
     * after {@code maxLength} code points. Processes only the first 4 × {@code maxLength} characters, to limit the work
     * for a long text. A text that was cut ends with an ellipsis.
     */
    static String of(String text, int maxLength) {
        // If this cuts a surrogate pair, the remaining half is removed below.
        String beginning = text.substring(0, Math.min(text.length(), READ_FACTOR * maxLength));
        StringBuilder clean = new StringBuilder();
        beginning
                .codePoints()
                .filter(character -> !isDirectionalOrInvisible(character))
                .map(character -> isSpace(character) ? ' ' : character)
                .filter(character ->
                        !Character.isISOControl(character) && Character.getType(character) != Character.SURROGATE)
                .forEach(clean::appendCodePoint);
        String plain = clean.toString().strip().replaceAll(" {2,}", " ");
        if (plain.codePointCount(0, plain.length()) > maxLength) {
            return plain.substring(0, plain.offsetByCodePoints(0, maxLength)) + ELLIPSIS;
        }
        // An empty name stays empty: an ellipsis would look like a name.
        return plain.isEmpty() || beginning.length() == text.length() ? plain : plain + ELLIPSIS;
    }

    /** Isolates the direction of {@code text}, for use within a sentence of the page. */
    static String isolated(String text) {
        return FIRST_STRONG_ISOLATE + text + POP_DIRECTIONAL_ISOLATE;
    }

    private static boolean isSpace(int character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character);
    }

    /** Embeddings, overrides, isolates and marks of direction, and invisible characters. */
    private static boolean isDirectionalOrInvisible(int character) {
        return switch (Character.getDirectionality(character)) {
            case Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING,
                    Character.DIRECTIONALITY_LEFT_TO_RIGHT_OVERRIDE,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_EMBEDDING,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_OVERRIDE,
                    Character.DIRECTIONALITY_POP_DIRECTIONAL_FORMAT,
                    Character.DIRECTIONALITY_LEFT_TO_RIGHT_ISOLATE,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ISOLATE,
                    Character.DIRECTIONALITY_FIRST_STRONG_ISOLATE,
                    Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE -> true;
            default -> character == 0x200E || character == 0x200F || character == 0x061C || isInvisible(character);
        };
    }

    /** Zero-width space, word joiner, byte order mark, soft hyphen, tags. Not the joiners that some scripts need. */
    private static boolean isInvisible(int character) {
        return character == 0x200B
                || character == 0x2060
                || character == 0xFEFF
                || character == 0x00AD
                || (character >= 0xE0000 && character <= 0xE007F);
    }
}
