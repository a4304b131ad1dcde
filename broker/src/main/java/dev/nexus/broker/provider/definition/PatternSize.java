package dev.nexus.broker.provider.definition;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Computes an upper bound of the size of RE2/J's program for a pattern, without compiling it. RE2/J copies a repeated
 * part, so {@code ((a{1000}){1000}){10}} compiles to ten million instructions.
 */
final class PatternSize {

    /** The result for all larger sizes. */
    static final long IMMENSE = 1_000_000_000;

    /** The memory of the ranges of a Unicode class such as {@code \pL}, converted to instructions. */
    private static final int UNICODE_CLASS = 200;

    /** The cost of case folding in a range. RE2/J folds it character by character when it compiles. */
    private static final int FOLDED_RANGE = 400;

    private static final Pattern POSIX = Pattern.compile(
            "\\[:\\^?(alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\\]");

    private static final Set<String> PERL = Set.of("\\d", "\\D", "\\s", "\\S", "\\w", "\\W");

    /** An escape with a character's number, without the backslash. */
    private static final Pattern NUMBER = Pattern.compile("x\\{[^}]*}|x[0-9A-Fa-f]{2}|[0-7]{1,3}");

    private static final int MAX_NESTING = 100;
    private static final int MAX_COUNT = 1_000;

    private final String pattern;
    private final boolean folds;
    private final Deque<Sequence> groups = new ArrayDeque<>();
    private Sequence current = new Sequence();
    private long classes;
    private int at;

    private PatternSize(String pattern) {
        this.pattern = pattern;
        this.folds = pattern.matches("(?s).*\\(\\?[A-Za-z]*i.*");
    }

    /** Returns the size of the pattern's program and of its character classes, in instructions, at least 1. */
    static long of(String pattern) {
        return new PatternSize(pattern).size();
    }

    private long size() {
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            switch (c) {
                case '\\' -> escape();
                case '[' -> characterClass();
                case '(' -> open();
                case ')' -> close();
                case '|' -> current.alternative();
                case '*', '+', '?' -> current.repeat(1);
                case '{' -> braces();
                default -> current.atom(1);
            }
        }
        while (!groups.isEmpty()) {
            close();
        }
        return Math.min(IMMENSE, current.total + classes + 3);
    }

    private void escape() {
        char c = at < pattern.length() ? pattern.charAt(at++) : '\\';
        switch (c) {
            case 'Q' -> quotation();
            case 'p', 'P' -> {
                unicodeClass();
                current.atom(1);
            }
            case 'x' -> {
                skipBraces();
                classes += folds ? FOLDED_RANGE : 0;
                current.atom(1);
            }
            default -> current.atom(1);
        }
    }

    private void quotation() {
        int end = pattern.indexOf("\\E", at);
        int last = end < 0 ? pattern.length() : end;
        for (; at < last; at++) {
            current.atom(1);
        }
        at = end < 0 ? last : end + 2;
    }

    private void unicodeClass() {
        if (at < pattern.length() && pattern.charAt(at) == '{') {
            skipBraces();
        } else {
            at = Math.min(pattern.length(), at + 1);
        }
        classes += folds ? 2 * FOLDED_RANGE : UNICODE_CLASS;
    }

    private void skipBraces() {
        int end = at < pattern.length() && pattern.charAt(at) == '{' ? pattern.indexOf('}', at) : -1;
        at = end < 0 ? at : end + 1;
    }

    /**
     * Reads a character class, up to the same character as RE2/J. An ambiguous class is counted as {@link #IMMENSE}.
     */
    private void characterClass() {
        current.atom(1);
        if (pattern.startsWith("^", at)) {
            at++;
        }
        for (boolean first = true; at < pattern.length(); first = false) {
            if (pattern.charAt(at) == ']' && !first) {
                at++;
                return;
            }
            classItem();
        }
    }

    private void classItem() {
        classes++;
        Matcher posix = POSIX.matcher(pattern).region(at, pattern.length());
        if (posix.lookingAt()) {
            at = posix.end();
            classes += folds ? FOLDED_RANGE : 0;
            return;
        }
        String escape = pattern.substring(at, Math.min(pattern.length(), at + 2));
        if (escape.equals("\\p") || escape.equals("\\P")) {
            at += 2;
            unicodeClass();
            return;
        }
        if (PERL.contains(escape)) {
            at += 2;
            classes += folds ? FOLDED_RANGE : 8;
            return;
        }
        boolean wide = classCharacter();
        if (pattern.startsWith("-", at) && !pattern.startsWith("-]", at)) {
            at++;
            classes += 2;
            wide |= classCharacter();
        }
        // A range within ASCII has at most 128 characters to fold.
        classes += folds && wide ? FOLDED_RANGE : 0;
    }

    /** Reads one character or its escape. Returns true if it may be outside ASCII. */
    private boolean classCharacter() {
        if (at >= pattern.length()) {
            // RE2/J rejects this pattern.
            return false;
        }
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        if (c == '[') {
            classes = IMMENSE;
        }
        if (c != '\\' || at >= pattern.length()) {
            return c > 0x7f;
        }
        Matcher number = NUMBER.matcher(pattern).region(at, pattern.length());
        at = number.lookingAt() ? number.end() : at + Character.charCount(pattern.codePointAt(at));
        classes += 8;
        return true;
    }

    private void open() {
        if (pattern.startsWith("?", at)) {
            int end = at + 1;
            while (end < pattern.length() && ":)>".indexOf(pattern.charAt(end)) < 0) {
                end++;
            }
            at = Math.min(pattern.length(), end + 1);
            if (end < pattern.length() && pattern.charAt(end) == ')') {
                // The flags apply to the rest of the group.
                return;
            }
        }
        groups.push(current);
        current = new Sequence();
        if (groups.size() > MAX_NESTING) {
            current.total = IMMENSE;
        }
    }

    private void close() {
        if (groups.isEmpty()) {
            // RE2/J rejects this pattern.
            return;
        }
        Sequence inner = current;
        current = groups.pop();
        current.atom(inner.total + 3);
    }

    /** Reads a counted repetition or a literal brace. */
    private void braces() {
        int end = pattern.indexOf('}', at);
        String counts = end < 0 || end - at > 21 ? "" : pattern.substring(at, end);
        // With a leading zero, the brace is literal.
        if (!counts.matches("(0|[1-9][0-9]{0,9})(,(0|[1-9][0-9]{0,9})?)?")) {
            current.atom(1);
            return;
        }
        at = end + 1;
        long most = 1;
        for (String count : counts.split(",", 2)) {
            most = count.isEmpty() ? most : Math.max(most, Long.parseLong(count));
        }
        current.repeat(most > MAX_COUNT ? IMMENSE : most);
    }

    /** The text between two parentheses. */
    private static final class Sequence {

        /** An empty sequence is one instruction. */
        private long total = 1;

        private long last;

        void atom(long size) {
            total = Math.min(IMMENSE, total + size);
            last = size;
        }

        void alternative() {
            total = Math.min(IMMENSE, total + 2);
            last = 0;
        }

        /** An optional copy needs one more instruction. Zero copies count as one, so that the total never shrinks. */
        void repeat(long times) {
            long repeated = Math.min(IMMENSE, Math.max(1, times) * (last + 2));
            total = Math.min(IMMENSE, total - last + repeated + 1);
            last = repeated + 1;
        }
    }
}
