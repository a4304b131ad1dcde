package dev.nexus.broker.caller;

import dev.nexus.broker.http.Outcomes.Verb;
import dev.nexus.contracts.InternalApi;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * Serves one route of {@link InternalApi} directly on Vert.x, without Jakarta REST. It is for routes without a body whose
 * rate matters. A request has passed the checks of the pipeline.
 */
public interface Endpoint {

    /** The name of the route's method in {@link InternalApi}. */
    String route();

    /** The metric that counts the outcomes. Empty if no metric does. */
    default Optional<Verb> outcome() {
        return Optional.empty();
    }

    /**
     * Returns the JSON of the response with status 200, in UTF-8. The pipeline applies the deadline and writes errors.
     *
     * @param parameter the value of the path parameter
     */
    Uni<byte[]> serve(Caller caller, String parameter);
}
