package dev.nexus.gateway.page;

/**
 * Texts of providers and applications on their way to a page. The templates escape markup; what is done here is against
 * texts that reorder or hide what stands around them, and against those without an end.
 */
final class PlainText {

    /** Unicode 15, UAX 9: an isolate keeps a text's direction to itself. */
    private static final char FIRST_STRONG_ISOLATE = '\u2068';

    private static final char POP_DIRECTIONAL_ISOLATE = '\u2069';
    private static final String ELLIPSIS = "…";

    /** What a text may hide or fold before what is seen of it is cut. */
    private static final int LOOKED_AT = 4;

    private PlainText() {}

    /**
     * Without control characters and those that steer direction, white space as single spaces, cut after {@code most}. Of
     * a text more than four times as long only the beginning is looked at: the work is the page's, not the text's.
     */
    static String of(String text, int most) {
        // Where this cuts a surrogate pair, the half that stays is taken out below.
        String beginning = text.substring(0, Math.min(text.length(), LOOKED_AT * most));
        StringBuilder clean = new StringBuilder();
        beginning
                .codePoints()
                .filter(character -> !steers(character))
                .map(character -> isSpace(character) ? ' ' : character)
                .filter(character ->
                        !Character.isISOControl(character) && Character.getType(character) != Character.SURROGATE)
                .forEach(clean::appendCodePoint);
        String plain = clean.toString().strip().replaceAll(" {2,}", " ");
        if (plain.codePointCount(0, plain.length()) > most) {
            return plain.substring(0, plain.offsetByCodePoints(0, most)) + ELLIPSIS;
        }
        // An ellipsis alone would stand where a name should.
        return plain.isEmpty() || beginning.length() == text.length() ? plain : plain + ELLIPSIS;
    }

    /** For use within a sentence of ours. */
    static String isolated(String text) {
        return FIRST_STRONG_ISOLATE + text + POP_DIRECTIONAL_ISOLATE;
    }

    private static boolean isSpace(int character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character);
    }

    /** Embeddings, overrides, isolates and marks of direction, and the invisible operators and fillers. */
    private static boolean steers(int character) {
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

    /** Zero-width space, word joiner, byte order mark, soft hyphen, tags; the joiners that scripts need stay. */
    private static boolean isInvisible(int character) {
        return character == 0x200B
                || character == 0x2060
                || character == 0xFEFF
                || character == 0x00AD
                || (character >= 0xE0000 && character <= 0xE007F);
    }
}
