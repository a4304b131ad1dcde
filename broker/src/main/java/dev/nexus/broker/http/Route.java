package dev.nexus.broker.http;

import dev.nexus.contracts.AllowedScopes;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.InternalApi;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.PathTemplate;
import dev.nexus.runtime.QueryRules;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A route of {@link InternalApi}, as the annotations of its method define it.
 *
 * @param name the name of the method, unique in the API
 * @param verb the HTTP method
 * @param template the path, which has at most one parameter
 * @param scopes the allowed scopes. A service token needs at least one of them
 * @param queryParameters the names of the query parameters, sorted
 */
public record Route(String name, String verb, PathTemplate template, Set<String> scopes, List<String> queryParameters) {

    static Route of(Method method) {
        return new Route(
                method.getName(),
                verb(method),
                PathTemplate.of(
                        InternalApi.ROOT + method.getAnnotation(Path.class).value()),
                Set.of(method.getAnnotation(AllowedScopes.class).value()),
                Arrays.stream(method.getParameterAnnotations())
                        .flatMap(Arrays::stream)
                        .filter(QueryParam.class::isInstance)
                        .map(annotation -> ((QueryParam) annotation).value())
                        .sorted()
                        .toList());
    }

    private static String verb(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null) {
                return verb.value();
            }
        }
        throw new IllegalStateException("the route " + method.getName() + " has no HTTP method");
    }

    /** Throws forbidden if none of the scopes in {@code granted} allows this route. */
    public void requireScope(Set<String> granted) {
        if (Collections.disjoint(scopes, granted)) {
            throw new ApiException(ErrorCode.FORBIDDEN, "The service token lacks the scope of this route");
        }
    }

    /** Throws invalid_request if a parameter of the query is unknown, is empty, or is given more than once. */
    public void checkQuery(RoutingContext http) {
        if (http.request().query() != null) {
            MultiMap query = http.queryParams();
            QueryRules.check(queryParameters, query.names(), query::getAll);
        }
    }
}
