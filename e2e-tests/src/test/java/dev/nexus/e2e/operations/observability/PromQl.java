package dev.nexus.e2e.operations.observability;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the names in a PromQL expression. It does not validate the expression: promtool does.
 *
 * @param selectors the metrics, each with the labels in its selector
 * @param groupings the labels that group or match results
 */
public record PromQl(List<Selector> selectors, Set<String> groupings) {

    private static final Pattern TOKEN =
            Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`|#[^\\n]*"
                    + "|[0-9][0-9a-zA-Z_.]*|[a-zA-Z_:][a-zA-Z0-9_:]*|=~|!~|!=|==|<=|>=|\\S");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Set<String> LISTING = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "atan2", "inf", "nan");

    /** A metric and the labels in its braces. */
    public record Selector(String metric, Set<String> labels) {}

    /** Finds the names in {@code expression}. */
    public static PromQl of(String expression) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(expression);
        while (matcher.find()) {
            if (!matcher.group().startsWith("#")) {
                tokens.add(matcher.group());
            }
        }
        List<Selector> selectors = new ArrayList<>();
        Set<String> groupings = new TreeSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            if (LISTING.contains(token)) {
                if (next.equals("(")) {
                    int end = i + 1 + tokens.subList(i + 1, tokens.size()).indexOf(")");
                    groupings.addAll(names(tokens.subList(i + 2, end)));
                    i = end;
                }
            } else if (token.equals("{")) {
                // A selector without a metric name would hide a metric from this check.
                throw new IllegalArgumentException("the selector has no metric name: " + expression);
            } else if (NAME.matcher(token).matches() && !WORDS.contains(token) && !isFunction(next)) {
                int end = next.equals("{")
                        ? i + 1 + tokens.subList(i + 1, tokens.size()).indexOf("}")
                        : i;
                selectors.add(new Selector(token, labels(tokens.subList(Math.min(i + 2, end + 1), end + 1))));
                i = end;
            }
        }
        return new PromQl(List.copyOf(selectors), Set.copyOf(groupings));
    }

    /** Returns true if {@code next}, the token after a name, shows that the name is a function or an aggregation. */
    private static boolean isFunction(String next) {
        return next.equals("(") || next.equals("by") || next.equals("without");
    }

    private static Set<String> names(List<String> tokens) {
        Set<String> names = new HashSet<>();
        tokens.stream().filter(token -> NAME.matcher(token).matches()).forEach(names::add);
        return names;
    }

    private static Set<String> labels(List<String> tokens) {
        Set<String> labels = new HashSet<>();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (Set.of("=", "!=", "=~", "!~").contains(tokens.get(i + 1))) {
                labels.add(tokens.get(i));
            }
        }
        return Set.copyOf(labels);
    }
}
