package dev.nexus.runtime;

import io.smallrye.common.vertx.ContextLocals;
import java.util.ArrayList;
import java.util.List;

/**
 * A path with parameters, such as {@code /v1/token/{id}}. A parameter is a whole segment and matches each segment that
 * is not empty. The comparison uses no regular expression, because each request is compared with many templates.
 */
public final class PathTemplate {

    /**
     * The key under which Quarkus's metrics and traces look up the path template of a request. Quarkus REST sets it for
     * its routes.
     */
    private static final String LABEL = "UrlPathTemplate";

    private final String text;

    /** The text before the first parameter, between two parameters, and after the last one. */
    private final List<String> fixed;

    private PathTemplate(String text, List<String> fixed) {
        this.text = text;
        this.fixed = fixed;
    }

    /**
     * Parses {@code template}.
     *
     * @throws IllegalArgumentException if a parameter is not a whole segment
     */
    public static PathTemplate of(String template) {
        List<String> fixed = new ArrayList<>();
        int from = 0;
        for (int open = template.indexOf('{'); open >= 0; open = template.indexOf('{', from)) {
            int close = template.indexOf('}', open);
            if (open == 0
                    || template.charAt(open - 1) != '/'
                    || close < 0
                    || (close + 1 < template.length() && template.charAt(close + 1) != '/')) {
                throw new IllegalArgumentException("A parameter must be a whole segment: " + template);
            }
            fixed.add(template.substring(from, open));
            from = close + 1;
        }
        fixed.add(template.substring(from));
        return new PathTemplate(template, List.copyOf(fixed));
    }

    /** Returns true if {@code path} has the segments of this template. */
    public boolean matches(String path) {
        String first = fixed.get(0);
        if (!path.startsWith(first)) {
            return false;
        }
        int at = first.length();
        for (int i = 1; i < fixed.size(); i++) {
            int end = endOfSegment(path, at);
            if (end == at || !path.startsWith(fixed.get(i), end)) {
                return false;
            }
            at = end + fixed.get(i).length();
        }
        return at == path.length();
    }

    /**
     * Returns the segment of the first parameter, with its percent-encoding. Empty if this template has no parameter.
     *
     * @param path matches this template
     */
    public String firstParameter(String path) {
        int at = fixed.get(0).length();
        return path.substring(at, endOfSegment(path, at));
    }

    /** Makes this template the path of the current request in metrics and traces. Call it on the request's context. */
    public void labelRequest() {
        ContextLocals.put(LABEL, text);
    }

    private static int endOfSegment(String path, int at) {
        int end = path.indexOf('/', at);
        return end < 0 ? path.length() : end;
    }

    @Override
    public String toString() {
        return text;
    }
}
