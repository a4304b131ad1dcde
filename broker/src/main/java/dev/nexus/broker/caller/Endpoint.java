package dev.nexus.broker.caller;

import dev.nexus.broker.http.Deadline;
import dev.nexus.broker.http.Outcomes.Verb;
import dev.nexus.contracts.InternalApi;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * Serves one route of {@link InternalApi} directly on Vert.x, without Jakarta REST. For routes with frequent requests.
 * The pipeline calls an endpoint only if all checks of the request have passed.
 */
public interface Endpoint {

    /** The name of the route's method in an interface of {@link InternalApi#FEATURES}. */
    String route();

    /** The metric that counts the outcomes. Empty if no metric counts them. */
    default Optional<Verb> outcome() {
        return Optional.empty();
    }

    /** Returns true if the route has a JSON body. Otherwise a body is discarded. */
    default boolean readsBody() {
        return false;
    }

    /**
     * Returns true if the use case applies the {@link Deadline}, because it calls a provider. Otherwise
     * {@link Endpoints} applies the deadline.
     */
    default boolean appliesDeadline() {
        return false;
    }

    /** Returns the response. If the Uni fails, {@link Endpoints} writes an error response. */
    Uni<EndpointResponse> serve(EndpointRequest request);
}
