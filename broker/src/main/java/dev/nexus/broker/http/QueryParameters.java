package dev.nexus.broker.http;

import dev.nexus.contracts.InternalApi;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.QueryRules;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.SimpleResourceInfo;

/**
 * Rejects a query with a parameter that is unknown to the route of {@link InternalApi}, has no value or is given twice.
 * Also rejects a path with a semicolon, encoded or not: Jakarta REST drops the text after it and would serve another
 * path. The Gateway makes the same check, but a Gateway of another version may know other parameters.
 */
class QueryParameters {

    private final RoutingContext http;

    QueryParameters(RoutingContext http) {
        this.http = http;
    }

    /** The parameters of each route, by the name of its method. */
    private static final Map<String, Set<String>> KNOWN = InternalApi.FEATURES.stream()
            .flatMap(feature -> Arrays.stream(feature.getMethods()))
            .collect(Collectors.toUnmodifiableMap(
                    route -> route.getName(), route -> names(Arrays.stream(route.getParameterAnnotations()))));

    private static Set<String> names(Stream<Annotation[]> parameters) {
        return parameters
                .flatMap(Arrays::stream)
                .filter(QueryParam.class::isInstance)
                .map(annotation -> ((QueryParam) annotation).value())
                .collect(Collectors.toUnmodifiableSet());
    }

    @ServerRequestFilter
    public void check(ContainerRequestContext request, SimpleResourceInfo verb) {
        String path = http.request().path();
        if (path.indexOf(';') >= 0 || path.contains("%3B") || path.contains("%3b")) {
            throw ApiErrors.notFound();
        }
        if (http.request().query() == null) {
            return;
        }
        Map<String, List<String>> given = request.getUriInfo().getQueryParameters();
        Set<String> known = KNOWN.getOrDefault(verb.getMethodName(), Set.of());
        QueryRules.check(known.stream().sorted().toList(), given.keySet(), given::get);
    }
}
