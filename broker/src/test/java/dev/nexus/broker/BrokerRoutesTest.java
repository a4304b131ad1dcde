package dev.nexus.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.nexus.contracts.BrokerApi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The resources serve the routes that the Gateway calls. */
class BrokerRoutesTest {

    private static final int MAX_DEPENDENCIES = 6;

    private static final List<Class<?>> RESOURCES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.nexus.broker").stream()
                    .filter(type -> type.isAnnotatedWith(Path.class))
                    .<Class<?>>map(JavaClass::reflect)
                    .toList();

    @Test
    void resources_serve_each_route_of_the_contract_and_no_other() {
        List<String> contract = routes(BrokerApi.class);

        List<String> served = RESOURCES.stream()
                .flatMap(resource -> routes(resource).stream())
                .toList();

        assertThat(contract).hasSizeGreaterThan(15);
        assertThat(served).containsExactlyInAnyOrderElementsOf(contract);
    }

    @Test
    void each_route_demands_a_scope() {
        assertThat(RESOURCES.stream().flatMap(resource -> methods(resource).stream()))
                .isNotEmpty()
                .allMatch(method -> method.isAnnotationPresent(RolesAllowed.class));
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

    /** Each route in a line: all of it that its caller sees, but for the answer's type. */
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

    /** Without the bean of the headers that every call carries: Callers reads those. */
    private static String parameters(Method method) {
        return Arrays.stream(method.getParameters())
                .filter(parameter -> !parameter.isAnnotationPresent(BeanParam.class))
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
