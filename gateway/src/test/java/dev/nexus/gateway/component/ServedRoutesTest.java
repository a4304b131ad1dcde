package dev.nexus.gateway.component;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.nexus.gateway.http.Route;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each endpoint has a route, and each route has one endpoint. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class ServedRoutesTest {

    /** The routes that are served without Jakarta REST. */
    private static final Set<Route> DIRECT = EnumSet.of(
            Route.REQUEST_CONNECTION,
            Route.CAPTURE_SCHEMA,
            Route.CAPTURE_CREDENTIAL,
            Route.CHECK_CONNECTION,
            Route.CONNECTION,
            Route.TOKEN);

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
    }

    @Test
    void each_endpoint_of_Jakarta_REST_is_a_route_that_is_not_served_directly() {
        List<String> endpoints = endpoints();

        assertThat(endpoints)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Route.values())
                        .filter(route -> !DIRECT.contains(route))
                        .map(route -> route.method() + " " + route.template())
                        .toList());
    }

    @Test
    void each_route_has_an_endpoint() {
        for (Route route : Route.values()) {
            Response answer = given().header("X-API-Key", StubbedBroker.apiKey())
                    .header("X-Forwarded-For", "198.51.100.77")
                    .redirects()
                    .follow(false)
                    .request(
                            route.method(),
                            route.template().replace("{id}", "a").replace("{name}", "x.css"));

            // 415 of a route with a body comes after the route is found.
            assertThat(answer.statusCode()).as(route.name()).isNotIn(401, 403, 404, 405, 500, 503);
        }
    }

    private static List<String> endpoints() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.nexus.gateway")
                        .stream()
                        .filter(type -> !type.isInterface() && type.isAnnotatedWith(Path.class))
                        .flatMap(type -> type.getMethods().stream()
                                .filter(method -> method.isMetaAnnotatedWith(HttpMethod.class))
                                .map(method -> verb(method) + " " + path(type) + path(method)))
                        .toList();
    }

    private static String verb(JavaMethod method) {
        return method.getAnnotations().stream()
                .flatMap(annotation -> annotation.getRawType().tryGetAnnotationOfType(HttpMethod.class).stream())
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static String path(JavaClass type) {
        return path(type.getAnnotationOfType(Path.class));
    }

    private static String path(JavaMethod method) {
        return path(method.tryGetAnnotationOfType(Path.class));
    }

    private static String path(Optional<Path> path) {
        return path.map(ServedRoutesTest::path).orElse("");
    }

    private static String path(Path path) {
        return path.value().startsWith("/") ? path.value() : "/" + path.value();
    }
}
