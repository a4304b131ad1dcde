package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Refuses a query that the route does not read in full. A filter that is misspelled, empty or given twice would otherwise
 * answer more than the caller asked for. The messages quote allowed names only: a name that a caller made up may be a secret.
 */
final class QueryParameters {

    private static final int MAX_NAME = 64;
    private static final int MIN_PREFIX = 3;

    private QueryParameters() {}

    /**
     * Returns if each parameter of the query is one of {@link Route#parameters}, is given once and has a value.
     *
     * @throws ApiException invalid_request
     * @throws IllegalArgumentException if the query does not decode
     */
    static void check(Route route, RoutingContext context) {
        String query = context.request().query();
        if (query == null || query.isEmpty()) {
            return;
        }
        MultiMap given = context.queryParams();
        for (String name : given.names()) {
            // Vert.x looks a name up without regard to its case, so the case is checked here.
            if (!route.parameters().contains(name)) {
                throw unknown(name, route.parameters());
            }
            List<String> values = given.getAll(name);
            if (values.size() > 1) {
                throw refused("repeated", "`" + name + "`: the query parameter is given more than once. Give it once.");
            }
            if (values.get(0).isEmpty()) {
                throw refused("minLength", "`" + name + "`: the query parameter is empty. Give it a value.");
            }
        }
    }

    private static ApiException unknown(String name, List<String> allowed) {
        if (allowed.isEmpty()) {
            return refused("unknown", "This route takes no query parameters. Remove the query.");
        }
        String suggestion = similar(name, allowed)
                .map(meant -> " Did you mean `" + meant + "`?")
                .orElse("");
        String names = allowed.stream().map(known -> "`" + known + "`").collect(Collectors.joining(", "));
        return refused("unknown", "Unknown query parameter." + suggestion + " Allowed: " + names + ".");
    }

    /** The allowed name that is the same but for case and punctuation, or that one is the beginning of the other. */
    private static Optional<String> similar(String name, List<String> allowed) {
        if (name.length() > MAX_NAME) {
            return Optional.empty();
        }
        String given = letters(name);
        return allowed.stream()
                .filter(known -> letters(known).equals(given))
                .findFirst()
                .or(() -> allowed.stream()
                        .filter(known -> given.length() >= MIN_PREFIX
                                && (letters(known).startsWith(given) || given.startsWith(letters(known))))
                        .findFirst());
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT)
                .chars()
                .filter(character -> character >= 'a' && character <= 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static ApiException refused(String rule, String message) {
        return new ApiException(ErrorCode.INVALID_REQUEST, message, List.of(new ErrorBody.Detail("", rule, message)));
    }
}
