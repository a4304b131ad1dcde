package dev.nexus.strategy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Text with placeholders in braces, as in <code>{email}/token</code>. A doubled brace is a literal brace.
 *
 * @param text at most 1,024 characters. The constructor throws {@link InvalidStrategyException} if the text is longer
 *     or has invalid placeholders
 */
public record Template(String text) {

    private static final int MAX_LENGTH = 1_024;

    /** A piece of a template. */
    sealed interface Piece {

        /** Text that is sent unchanged. */
        record Literal(String text) implements Piece {}

        /** The name of a value. */
        record Placeholder(String name) implements Piece {}
    }

    public Template {
        if (text.length() > MAX_LENGTH) {
            throw new InvalidStrategyException("", "must be at most 1024 characters long");
        }
        pieces(text);
    }

    List<Piece> pieces() {
        return pieces(text);
    }

    /** Returns true if {@code part} is in the text between the placeholders. */
    boolean hasLiteral(String part) {
        return pieces(text).stream()
                .anyMatch(piece ->
                        piece instanceof Piece.Literal literal && literal.text().contains(part));
    }

    /** The names in braces. */
    public Set<String> placeholders() {
        Set<String> names = new LinkedHashSet<>();
        for (Piece piece : pieces(text)) {
            if (piece instanceof Piece.Placeholder placeholder) {
                names.add(placeholder.name());
            }
        }
        return names;
    }

    private static List<Piece> pieces(String text) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                literal.append(c);
                at += 2;
            } else if (c == '{') {
                int end = text.indexOf('}', at);
                if (end < 0 || !text.substring(at + 1, end).matches("[A-Za-z0-9_-]{1,128}")) {
                    throw unbalanced();
                }
                if (!literal.isEmpty()) {
                    pieces.add(new Piece.Literal(literal.toString()));
                    literal.setLength(0);
                }
                pieces.add(new Piece.Placeholder(text.substring(at + 1, end)));
                at = end + 1;
            } else if (c == '}') {
                throw unbalanced();
            } else {
                literal.append(c);
                at++;
            }
        }
        if (!literal.isEmpty()) {
            pieces.add(new Piece.Literal(literal.toString()));
        }
        return List.copyOf(pieces);
    }

    private static InvalidStrategyException unbalanced() {
        return new InvalidStrategyException(
                "", "must have placeholders of the form {name} with [A-Za-z0-9_-], and {{ or }} for a literal brace");
    }
}
