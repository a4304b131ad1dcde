package dev.nexus.strategy;

import dev.nexus.strategy.InvalidStrategyException.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Collects the rules that a strategy breaks, one for each place. Places within an invalid value are not reported. */
final class StrategyProblems {

    private static final int MAX_ADDITIONAL = 8;
    private static final int MAX_STATIC = 16;
    private static final int MAX_TEXT = 256;
    private static final int MAX_NAME = 128;
    private static final String STATIC_HEADERS = "/config/static_headers";

    /**
     * Headers for the host, framing and connections (RFC 9110, 7.6.1; RFC 9112). Only the HTTP client may write them.
     */
    private static final Set<String> WRITTEN_BY_CLIENT = Set.of(
            "host",
            "content-length",
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "upgrade",
            "te",
            "trailer",
            "expect");

    /** The broken rules by pointer. */
    private final Map<String, String> broken = new LinkedHashMap<>();

    private final Set<String> headerNames = new HashSet<>();

    void add(String pointer, String rule) {
        if (broken.keySet().stream().noneMatch(outer -> pointer.equals(outer) || pointer.startsWith(outer + "/"))) {
            broken.put(pointer, rule);
        }
    }

    void addAll(InvalidStrategyException found) {
        found.problems().forEach(problem -> add(problem.pointer(), problem.rule()));
    }

    /** Throws {@link InvalidStrategyException} if a rule is broken. */
    void enforce() {
        if (!broken.isEmpty()) {
            List<Problem> problems = new ArrayList<>();
            broken.forEach((pointer, rule) -> problems.add(new Problem(pointer, rule)));
            throw new InvalidStrategyException(problems);
        }
    }

    void headerName(String pointer, String name) {
        if (!HeaderText.isToken(name) || name.length() > MAX_NAME) {
            add(pointer, "must be a token of RFC 9110 of at most 128 characters");
        } else if (WRITTEN_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
            add(pointer, "must not be a header that the HTTP client writes");
        }
    }

    void printable(String pointer, String text) {
        if (!HeaderText.isPrintable(text) || text.length() > MAX_TEXT) {
            add(pointer, "must be printable ASCII of at most 256 characters");
        }
    }

    void fieldName(String pointer, String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            add(pointer, "must be 1 to 128 characters without control characters");
        }
    }

    /** Checks a name in the scope of an AWS signature, in which slashes separate the names. */
    void scopeName(String pointer, String name) {
        if (!name.matches("[A-Za-z0-9-]{1,64}")) {
            add(pointer, "must match [A-Za-z0-9-]{1,64}");
        }
    }

    /** Refuses a header that was already given to this method. */
    void distinct(String pointer, String headerName) {
        if (!headerNames.add(headerName.toLowerCase(Locale.ROOT))) {
            add(pointer, "must not repeat the name of another header");
        }
    }

    void header(String pointer, CredentialHeader header) {
        headerName(pointer + "/header_name", header.headerName());
        fieldName(pointer + "/credential_field", header.credentialField());
        printable(pointer + "/value_prefix", header.valuePrefix());
    }

    /** Checks at most 8 headers, each with a different name. */
    void additionalHeaders(List<CredentialHeader> headers) {
        String pointer = "/config/additional_headers";
        atMostEight(pointer, headers);
        for (int i = 0; i < headers.size(); i++) {
            header(pointer + "/" + i, headers.get(i));
        }
        headers.forEach(header -> distinct(pointer, header.headerName()));
    }

    /** Checks a parameter or member. {@code nameField} is the JSON field that holds its name. */
    void parameter(String pointer, String nameField, CredentialParameter parameter) {
        fieldName(pointer + "/" + nameField, parameter.name());
        fieldName(pointer + "/credential_field", parameter.credentialField());
    }

    /** Checks at most 8 parameters. */
    void parameters(String pointer, String nameField, List<CredentialParameter> parameters) {
        atMostEight(pointer, parameters);
        for (int i = 0; i < parameters.size(); i++) {
            parameter(pointer + "/" + i, nameField, parameters.get(i));
        }
    }

    private void atMostEight(String pointer, List<?> additional) {
        if (additional.size() > MAX_ADDITIONAL) {
            add(pointer, "must have at most 8 entries");
        }
    }

    void staticHeaders(Map<String, String> headers) {
        if (headers.size() > MAX_STATIC) {
            add(STATIC_HEADERS, "must have at most 16 headers");
        }
        headers.forEach((name, value) -> {
            headerName(STATIC_HEADERS, name);
            printable(STATIC_HEADERS, value);
        });
    }
}
