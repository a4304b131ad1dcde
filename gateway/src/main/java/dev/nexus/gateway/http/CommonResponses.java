package dev.nexus.gateway.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/**
 * Completes each operation of the OpenAPI document: adds the scopes of its {@link Route}, and the errors that the route
 * implies. Adds the header {@code X-Request-Id} to all responses. A resource declares only its successful responses and
 * the errors that are specific to it. Does not replace a declared response. A resource must declare a 400 as a
 * reference, because any other 400 is removed.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class CommonResponses implements OASFilter {

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents().getResponses().values().forEach(CommonResponses::addRequestId);
        // The paths of META-INF/openapi.yaml would come first.
        document.getPaths().setPathItems(new TreeMap<>(document.getPaths().getPathItems()));
        document.getPaths()
                .getPathItems()
                .forEach((template, path) -> path.getOperations()
                        .forEach((method, operation) -> complete(operation, Route.of(method.name(), template))));
    }

    private static void complete(Operation operation, Route route) {
        if (route.needsKey()) {
            operation.setDescription(operation.getDescription() + "\n\nScope of the API key: `"
                    + String.join("` or `", route.scopes()) + "`.");
        }
        APIResponses responses = operation.getResponses();
        responses.getAPIResponses().values().stream()
                .filter(response -> response.getRef() == null)
                .forEach(CommonResponses::addRequestId);
        Map<String, APIResponse> byStatus = new TreeMap<>(responses.getAPIResponses());
        // SmallRye OpenAPI adds a 400 without a schema to an operation that has a body and declares no 400.
        byStatus.computeIfPresent("400", (status, response) -> response.getRef() == null ? null : response);
        if (route.needsKey()) {
            add(byStatus, "401", "Unauthorized");
            add(byStatus, "403", "Forbidden");
        }
        // Also on a route without a body, because RequestPipeline checks the Content-Length of each request.
        add(byStatus, "413", "PayloadTooLarge");
        if (route.body() != Route.Body.NONE) {
            add(byStatus, "415", "UnsupportedMediaType");
        }
        if (route.body() != Route.Body.NONE || !route.parameters().isEmpty()) {
            add(byStatus, "400", "InvalidRequest");
        }
        add(byStatus, "406", "NotAcceptable");
        add(byStatus, "429", "RateLimited");
        add(byStatus, "500", "Internal");
        add(byStatus, "503", "Unavailable");
        responses.setAPIResponses(byStatus);
        // These come after the sorted responses.
        addLast(responses, "400", "InvalidRequest");
        addLast(responses, "414", "UriTooLong");
        addLast(responses, "431", "HeadersTooLarge");
    }

    private static void addRequestId(APIResponse response) {
        response.addHeader("X-Request-Id", OASFactory.createHeader().ref("RequestId"));
    }

    private static void add(Map<String, APIResponse> responses, String status, String reference) {
        responses.putIfAbsent(status, OASFactory.createAPIResponse().ref(reference));
    }

    private static void addLast(APIResponses responses, String status, String reference) {
        if (!responses.hasAPIResponse(status)) {
            responses.addAPIResponse(status, OASFactory.createAPIResponse().ref(reference));
        }
    }
}
