package dev.nexus.runtime;

import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Checks the query of a request: the route has each parameter, and each is given once and has a value. Otherwise, a
 * filter that is misspelled, empty or duplicated would return more than the caller requested. The messages quote only
 * allowed names, because any other name may be a secret.
 */
public final class QueryRules {

    private static final int MAX_NAME = 64;
    private static final int MIN_PREFIX = 3;

    private QueryRules() {}

    /**
     * Throws if the query breaks a rule.
     *
     * @param allowed the parameters of the route, in the order in which a message lists them
     * @param names the names of the parameters in the query
     * @param values returns the values of the parameter with this name
     * @throws ApiException invalid_request
     */
    public static void check(
            Collection<String> allowed, Collection<String> names, Function<String, List<String>> values) {
        for (String name : names) {
            if (!allowed.contains(name)) {
                throw unknown(name, allowed);
            }
            List<String> given = values.apply(name);
            if (given.size() > 1) {
                throw refused("repeated", "`" + name + "`: the query parameter is given more than once. Give it once.");
            }
            if (given.get(0).isEmpty()) {
                throw refused("minLength", "`" + name + "`: the query parameter is empty. Give it a value.");
            }
        }
    }

    private static ApiException unknown(String name, Collection<String> allowed) {
        if (allowed.isEmpty()) {
            return refused("unknown", "This route takes no query parameters. Remove the query.");
        }
        String suggestion = similar(name, allowed)
                .map(meant -> " Did you mean `" + meant + "`?")
                .orElse("");
        String names = allowed.stream().map(known -> "`" + known + "`").collect(Collectors.joining(", "));
        return refused("unknown", "Unknown query parameter." + suggestion + " Allowed: " + names + ".");
    }

    /**
     * Finds the allowed name that the caller probably meant: an equal name, otherwise a name that begins with
     * {@code name}, or with which {@code name} begins. Compares only the letters, without their case. Without an equal
     * name, {@code name} needs at least three letters. A name of more than 64 characters has no similar name.
     */
    private static Optional<String> similar(String name, Collection<String> allowed) {
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
