package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.Scope;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.PathTemplate;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All public routes, each with its method, scopes, query parameters and type of body. */
public enum Route {
    REQUEST_CONNECTION("POST", "/v1/request-connection", Scope.CONNECTIONS_WRITE),
    CAPTURE_SCHEMA("GET", "/v1/capture-schema", Scope.CONNECTIONS_WRITE),
    CAPTURE_CREDENTIAL("POST", "/v1/capture-credential", Scope.CONNECTIONS_WRITE),
    CHECK_CONNECTION("GET", "/v1/check-connection/{id}", Scope.CONNECTIONS_READ),
    TOKEN("GET", "/v1/token/{id}", Scope.TOKENS_READ),
    REFRESH("POST", "/v1/refresh/{id}", Scope.TOKENS_READ),
    VERIFY_CONNECTION("POST", "/v1/check-connection/{id}/verify", Scope.CONNECTIONS_WRITE),
    LIST_CONNECTIONS("GET", "/v1/connections", Scope.CONNECTIONS_READ),
    CONNECTION("GET", "/v1/connections/{id}", Scope.CONNECTIONS_READ),
    REVOKE_CONNECTION("DELETE", "/v1/connections/{id}", Scope.CONNECTIONS_WRITE),
    LIST_PROVIDERS("GET", "/v1/providers", Scope.CONNECTIONS_READ, Scope.PROVIDERS_ADMIN),
    PROVIDER("GET", "/v1/providers/{id}", Scope.CONNECTIONS_READ, Scope.PROVIDERS_ADMIN),
    PUT_PROVIDER("PUT", "/v1/providers/{id}", Scope.PROVIDERS_ADMIN),
    DELETE_PROVIDER("DELETE", "/v1/providers/{id}", Scope.PROVIDERS_ADMIN),
    WEBHOOK("GET", "/v1/webhook", Scope.WEBHOOKS_ADMIN),
    PUT_WEBHOOK("PUT", "/v1/webhook", Scope.WEBHOOKS_ADMIN),
    DELETE_WEBHOOK("DELETE", "/v1/webhook", Scope.WEBHOOKS_ADMIN),
    ROTATE_WEBHOOK_SECRET("POST", "/v1/webhook/secret", Scope.WEBHOOKS_ADMIN),
    AUDIT_EVENTS("GET", "/v1/audit-events", Scope.AUDIT_READ),
    /** Without an API key: the state is the authority. */
    PRESENT_STATE("GET", "/auth/capture-schema"),
    CAPTURE_PAGE("GET", "/auth/capture/{id}"),
    SUBMIT_PAGE("POST", "/auth/capture/{id}"),
    PAGE_ASSET("GET", "/auth/assets/{name}");

    /** The type of the request body. */
    enum Body {
        NONE,
        JSON,
        FORM
    }

    private static final List<Path> PATHS = Path.all();

    private final String method;
    /** Has only final fields. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final PathTemplate template;
    /** Immutable, because List.of creates it. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> scopes;

    Route(String method, String template, String... scopes) {
        this.method = method;
        this.template = PathTemplate.of(template);
        this.scopes = List.of(scopes);
    }

    /** The routes of all methods with the same template. */
    private record Path(PathTemplate template, List<Route> routes) {

        static List<Path> all() {
            return Arrays.stream(values())
                    .collect(Collectors.groupingBy(Route::template, LinkedHashMap::new, Collectors.toList()))
                    .values()
                    .stream()
                    .map(routes -> new Path(routes.get(0).template, List.copyOf(routes)))
                    .toList();
        }
    }

    /**
     * Returns the routes of all methods at {@code path}. A path with a semicolon, encoded or not, has no routes.
     * Jakarta REST would remove the text after the semicolon as a matrix parameter, and serve the route of the rest.
     */
    static List<Route> at(String path) {
        if (hasSemicolon(path)) {
            return List.of();
        }
        for (Path each : PATHS) {
            if (each.template.matches(path)) {
                return each.routes;
            }
        }
        return List.of();
    }

    /**
     * Returns the route of the request's method.
     *
     * @param here the routes of all methods at the request's path
     * @throws ApiException not_found if {@code here} is empty; method_not_allowed if no route has this method, and the
     *     response then has the header Allow
     */
    static Route select(List<Route> here, RoutingContext context) {
        if (here.isEmpty()) {
            throw ErrorWriter.ofStatus(404);
        }
        String method = context.request().method().name();
        for (Route route : here) {
            if (route.method.equals(method)) {
                return route;
            }
        }
        context.response().putHeader("Allow", here.stream().map(Route::method).toList());
        throw ErrorWriter.ofStatus(405);
    }

    /**
     * Returns the route of a method and a template.
     *
     * @throws IllegalArgumentException for an unknown route, whose resource no request could reach
     */
    static Route of(String method, String template) {
        return Arrays.stream(values())
                .filter(route -> route.method.equals(method) && route.template().equals(template))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        method + " " + template + " is not in Route. Add it, or remove its resource."));
    }

    /** The templates of all paths, such as {@code /v1/token/{id}}. */
    static Set<String> templates() {
        return Arrays.stream(values()).map(Route::template).collect(Collectors.toUnmodifiableSet());
    }

    /** The HTTP method, in upper case. */
    public String method() {
        return method;
    }

    /** The path, such as {@code /v1/token/{id}}. */
    public String template() {
        return template.toString();
    }

    /** Returns the first parameter in {@code path}, as the caller encoded it. The path must match this route. */
    public String firstParameter(String path) {
        return template.firstParameter(path);
    }

    /** Makes the template the path of the current request in metrics and traces. */
    void labelRequest() {
        template.labelRequest();
    }

    /** Returns true if an API key must authenticate the request. */
    public boolean needsKey() {
        return !scopes.isEmpty();
    }

    /** The scopes of the route. An API key needs one of them. Empty if the route needs no key. */
    public List<String> scopes() {
        return scopes;
    }

    /**
     * Checks that the caller has one of the scopes.
     *
     * @throws ApiException forbidden
     */
    void checkScope(Optional<Caller> caller) {
        if (needsKey()
                && (caller.isEmpty()
                        || Collections.disjoint(scopes, caller.get().scopes()))) {
            throw new ApiException(
                    ErrorCode.FORBIDDEN,
                    "The API key lacks the scope " + String.join(" or ", scopes) + ". Use a key with this scope.");
        }
    }

    private static boolean hasSemicolon(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == ';' || (path.charAt(i) == '%' && path.regionMatches(true, i, "%3b", 0, 3))) {
                return true;
            }
        }
        return false;
    }

    /** The names of the query parameters. */
    List<String> parameters() {
        return switch (this) {
            case CAPTURE_SCHEMA, PRESENT_STATE -> List.of("state");
            case LIST_CONNECTIONS -> List.of("workspace_id", "provider_id", "status", "label", "limit", "cursor");
            case LIST_PROVIDERS -> List.of("limit", "cursor", "expand");
            case PUT_PROVIDER -> List.of("dry_run");
            case DELETE_PROVIDER -> List.of("force");
            case ROTATE_WEBHOOK_SECRET -> List.of("revoke_former");
            case AUDIT_EVENTS -> List.of("connection_id", "key_id", "action", "from", "to", "limit", "cursor");
            default -> List.of();
        };
    }

    Body body() {
        return switch (this) {
            case REQUEST_CONNECTION, CAPTURE_CREDENTIAL, PUT_PROVIDER, PUT_WEBHOOK -> Body.JSON;
            case SUBMIT_PAGE -> Body.FORM;
            default -> Body.NONE;
        };
    }

    /** Returns true if a browser gets a page. */
    boolean hasPage() {
        return this == PRESENT_STATE || this == CAPTURE_PAGE || this == SUBMIT_PAGE;
    }

    /** Returns true if the state of {@code path} is in the page's cookie, not in the query. */
    static boolean readsCookie(String path) {
        return CAPTURE_PAGE.template.matches(path);
    }

    /** Returns true if {@code path} has the form of a path of {@link #PAGE_ASSET}: a style sheet, script or image. */
    static boolean isAsset(String path) {
        return PAGE_ASSET.template.matches(path);
    }
}
