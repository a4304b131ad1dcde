package dev.nexus.gateway.web;

import dev.nexus.contracts.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Every public route with its method, the scopes one of which it asks of an API key, and whether it reads a body. */
enum Route {
    REQUEST_CONNECTION("POST", "/v1/request-connection", Scope.CONNECTIONS_WRITE),
    CAPTURE_SCHEMA("GET", "/v1/capture-schema", Scope.CONNECTIONS_WRITE),
    CAPTURE_CREDENTIAL("POST", "/v1/capture-credential", Scope.CONNECTIONS_WRITE),
    CHECK_CONNECTION("GET", "/v1/check-connection/[^/]+", Scope.CONNECTIONS_READ),
    TOKEN("GET", "/v1/token/[^/]+", Scope.TOKENS_READ),
    REFRESH("POST", "/v1/refresh/[^/]+", Scope.TOKENS_READ),
    VERIFY_CONNECTION("POST", "/v1/check-connection/[^/]+/verify", Scope.CONNECTIONS_WRITE),
    LIST_CONNECTIONS("GET", "/v1/connections", Scope.CONNECTIONS_READ),
    REVOKE_CONNECTION("DELETE", "/v1/connections/[^/]+", Scope.CONNECTIONS_WRITE),
    LIST_PROVIDERS("GET", "/v1/providers", Scope.CONNECTIONS_READ, Scope.PROVIDERS_ADMIN),
    PROVIDER("GET", "/v1/providers/[^/]+", Scope.CONNECTIONS_READ, Scope.PROVIDERS_ADMIN),
    PUT_PROVIDER("PUT", "/v1/providers/[^/]+", Scope.PROVIDERS_ADMIN),
    DELETE_PROVIDER("DELETE", "/v1/providers/[^/]+", Scope.PROVIDERS_ADMIN),
    AUDIT_EVENTS("GET", "/v1/audit-events", Scope.AUDIT_READ),
    /** Without an API key: the state is the authority. */
    PRESENT_STATE("GET", "/auth/capture-schema");

    private static final String SEGMENT = "[^/]+";

    private final String method;
    private final Pattern path;
    /** Made by List.of, so it never changes. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> scopes;

    Route(String method, String path, String... scopes) {
        this.method = method;
        this.path = Pattern.compile(path);
        this.scopes = List.of(scopes);
    }

    /** The routes at {@code path}, whatever their method. */
    static List<Route> at(String path) {
        return Arrays.stream(values())
                .filter(route -> route.path.matcher(path).matches())
                .toList();
    }

    /** Every path that is served, with {@code {id}} for what differs. */
    static Set<String> templates() {
        return Arrays.stream(values())
                .map(route -> route.path.pattern().replace(SEGMENT, "{id}"))
                .collect(Collectors.toUnmodifiableSet());
    }

    String method() {
        return method;
    }

    boolean needsKey() {
        return !scopes.isEmpty();
    }

    /** One of them is enough. */
    List<String> scopes() {
        return scopes;
    }

    boolean readsBody() {
        return this == REQUEST_CONNECTION || this == CAPTURE_CREDENTIAL || this == PUT_PROVIDER;
    }
}
