package dev.nexus.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.nexus.broker.connection.RequestConnection;
import dev.nexus.contracts.AllowedScopes;
import dev.nexus.contracts.InternalApi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The resources serve the routes that the Gateway calls. */
class BrokerRoutesTest {

    private static final int MAX_DEPENDENCIES = 6;

    /** The routes that an Endpoint serves. RequestPipelineTest calls them. */
    private static final Set<String> ROUTES_OF_ENDPOINTS =
            Set.of("requestConnection", "checkConnection", "readToken", "captureSchema", "captureCredential");

    /** The use case of an Endpoint whose response the Gateway parses. */
    private static final Map<String, Class<?>> USE_CASES = Map.of("requestConnection", RequestConnection.class);

    /** The response type of JSON that the Gateway forwards without parsing it. */
    private static final String FORWARDED = "byte[]";

    private static final List<Class<?>> RESOURCES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.nexus.broker").stream()
                    .filter(type -> type.isAnnotatedWith(Path.class))
                    .<Class<?>>map(JavaClass::reflect)
                    .toList();

    @Test
    void resources_serve_exactly_the_routes_of_the_contract() {
        List<String> contract = InternalApi.FEATURES.stream()
                .flatMap(feature -> routesOfResource(feature).stream())
                .toList();

        List<String> served = RESOURCES.stream()
                .flatMap(resource -> routes(resource).stream())
                .toList();

        assertThat(contract).hasSizeGreaterThan(12);
        assertThat(served).containsExactlyInAnyOrderElementsOf(contract);
    }

    /** For example, ConnectionResource serves the routes of ConnectionApi. */
    @ParameterizedTest
    @MethodSource("features")
    void each_resource_serves_the_interface_of_its_feature(Class<?> feature) {
        String name = feature.getSimpleName().replace("Api", "Resource");
        List<Class<?>> named = RESOURCES.stream()
                .filter(resource -> resource.getSimpleName().equals(name))
                .toList();

        assertThat(named).as(name).hasSize(1);
        assertThat(routes(named.get(0))).containsExactlyInAnyOrderElementsOf(routesOfResource(feature));
    }

    @Test
    void a_response_that_the_gateway_parses_has_the_type_of_the_contract() {
        Map<String, String> served = RESOURCES.stream()
                .flatMap(resource -> methods(resource).stream())
                .collect(Collectors.toMap(Method::getName, BrokerRoutesTest::response));
        USE_CASES.forEach((route, useCase) -> served.put(route, response(run(useCase))));
        Map<String, String> read = InternalApi.FEATURES.stream()
                .flatMap(feature -> methods(feature).stream())
                .filter(route -> !response(route).equals(FORWARDED))
                .collect(Collectors.toMap(Method::getName, BrokerRoutesTest::response));

        assertThat(read)
                .containsKeys("requestConnection", "presentedState", "deleteProvider")
                .allSatisfy((route, type) -> assertThat(served).containsEntry(route, type));
    }

    private static Method run(Class<?> useCase) {
        return Arrays.stream(useCase.getMethods())
                .filter(method -> method.getName().equals("run"))
                .findFirst()
                .orElseThrow();
    }

    static Stream<Class<?>> features() {
        return InternalApi.FEATURES.stream();
    }

    /** The body type T of {@code Uni<T>} or {@code Uni<RestResponse<T>>}. */
    private static String response(Method route) {
        Type body = argument(route.getGenericReturnType());
        return (body instanceof ParameterizedType response && response.getRawType() == RestResponse.class
                        ? argument(response)
                        : body)
                .getTypeName();
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    @Test
    void each_route_requires_a_scope() {
        assertThat(InternalApi.FEATURES.stream().flatMap(feature -> methods(feature).stream()))
                .isNotEmpty()
                .allMatch(method -> method.getAnnotation(AllowedScopes.class).value().length > 0);
    }

    @Test
    void no_resource_has_more_than_six_dependencies() {
        assertThat(RESOURCES)
                .isNotEmpty()
                .allMatch(resource -> Arrays.stream(resource.getDeclaredConstructors())
                        .allMatch(constructor -> constructor.getParameterCount() <= MAX_DEPENDENCIES));
    }

    private static List<Method> methods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> verb(method).isPresent())
                .toList();
    }

    private static List<String> routesOfResource(Class<?> feature) {
        return routes(feature).stream()
                .filter(route -> !ROUTES_OF_ENDPOINTS.contains(route.substring(0, route.indexOf(' '))))
                .toList();
    }

    /** Describes each route in one line, with everything that its caller sees except the response type. */
    private static List<String> routes(Class<?> type) {
        String root = type.getAnnotation(Path.class).value();
        return methods(type).stream()
                .map(method -> String.join(
                        " ",
                        method.getName(),
                        verb(method).orElseThrow(),
                        root + method.getAnnotation(Path.class).value(),
                        "consumes",
                        mediaTypes(method, Consumes.class),
                        "produces",
                        mediaTypes(method, Produces.class),
                        "parameters",
                        parameters(method)))
                .toList();
    }

    private static Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value)
                .findFirst();
    }

    private static String mediaTypes(Method method, Class<? extends Annotation> kind) {
        Annotation annotation = method.getAnnotation(kind);
        if (annotation == null) {
            annotation = method.getDeclaringClass().getAnnotation(kind);
        }
        if (annotation instanceof Consumes consumes) {
            return String.join(",", consumes.value());
        }
        return annotation instanceof Produces produces ? String.join(",", produces.value()) : "none";
    }

    private static String parameters(Method method) {
        return Arrays.stream(method.getParameters())
                .map(BrokerRoutesTest::parameter)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String parameter(Parameter parameter) {
        String type = parameter.getType().getSimpleName();
        if (parameter.isAnnotationPresent(PathParam.class)) {
            return "path " + parameter.getAnnotation(PathParam.class).value() + " " + type;
        }
        if (parameter.isAnnotationPresent(QueryParam.class)) {
            return "query " + parameter.getAnnotation(QueryParam.class).value() + " " + type;
        }
        if (parameter.isAnnotationPresent(HeaderParam.class)) {
            return "header " + parameter.getAnnotation(HeaderParam.class).value() + " " + type;
        }
        return "body " + type;
    }
}
