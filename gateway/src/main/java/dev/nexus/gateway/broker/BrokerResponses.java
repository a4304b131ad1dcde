package dev.nexus.gateway.broker;

import dev.nexus.contracts.InternalHeaders;
import jakarta.ws.rs.client.ClientResponseContext;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.eclipse.microprofile.rest.client.ext.ResponseExceptionMapper;
import org.jboss.resteasy.reactive.client.spi.ResteasyReactiveClientRequestContext;
import org.jboss.resteasy.reactive.client.spi.ResteasyReactiveClientResponseFilter;

/**
 * Handles every response of the Broker before the REST client reads its body into a type. Runs on the event loop of the
 * request: a plain {@code ClientResponseFilter} would move each response to a worker thread and back.
 */
final class BrokerResponses implements ResteasyReactiveClientResponseFilter, ResponseExceptionMapper<BrokerRefusal> {

    private static final Set<Integer> SUCCESSES = Set.of(200, 201, 204, 303);

    /** The status if a call failed without a response. The REST client runs the filter also then, with null headers. */
    private static final int NO_RESPONSE = 0;

    private final Runnable renew;

    /** @param renew runs if the Broker requests new connections */
    BrokerResponses(Runnable renew) {
        this.renew = renew;
    }

    @Override
    public void filter(ResteasyReactiveClientRequestContext request, ClientResponseContext response) {
        if (response.getStatus() == NO_RESPONSE) {
            return;
        }
        if (response.getHeaders().containsKey(InternalHeaders.CONNECTION)) {
            renew.run();
        }
        if (response.getStatus() == Response.Status.SEE_OTHER.getStatusCode()) {
            // The REST client reads a body into a type only for 2xx. The redirect is for the Gateway's caller.
            response.setStatus(Response.Status.OK.getStatusCode());
        }
    }

    @Override
    public boolean handles(int status, MultivaluedMap<String, Object> headers) {
        return status != NO_RESPONSE && !isSuccess(status);
    }

    static boolean isSuccess(int status) {
        return SUCCESSES.contains(status);
    }

    @Override
    public BrokerRefusal toThrowable(Response response) {
        byte[] body = response.hasEntity() ? response.readEntity(byte[].class) : new byte[0];
        return new BrokerRefusal(response.getStatus(), body);
    }
}
