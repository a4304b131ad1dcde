package dev.nexus.broker.caller;

import dev.nexus.broker.http.Outcomes.Verb;
import dev.nexus.contracts.InternalApi;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * Serves one route of {@link InternalApi} directly on Vert.x, without Jakarta REST. It is for frequent requests without
 * a body. The pipeline calls it only if all checks of the request have passed.
 */
public interface Endpoint {

    /** The name of the route's method in {@link InternalApi}. */
    String route();

    /** The metric that counts the outcomes. Empty if no metric counts them. */
    default Optional<Verb> outcome() {
        return Optional.empty();
    }

    /**
     * Returns the JSON of the response in UTF-8. The status is 200. {@link Endpoints} applies the deadline, and writes
     * an error response if the Uni fails.
     *
     * @param parameter the value of the path parameter
     */
    Uni<byte[]> serve(Caller caller, String parameter);
}
