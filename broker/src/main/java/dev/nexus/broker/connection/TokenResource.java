package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Callers;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.TokenApi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/**
 * Serves the route refresh of {@link TokenApi}. {@link ReadTokenEndpoint} serves the other route. Does not implement
 * that interface, see {@link InternalApi}.
 */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
class TokenResource {

    private final Callers callers;
    private final RefuseRefresh refuseRefresh;

    TokenResource(Callers callers, RefuseRefresh refuseRefresh) {
        this.callers = callers;
        this.refuseRefresh = refuseRefresh;
    }

    @POST
    @Path("/connections/{id}/refresh")
    public Uni<Void> refresh(@PathParam("id") String id) {
        return callers.run(caller -> refuseRefresh.run(caller, id));
    }
}
