package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Callers;
import dev.nexus.contracts.ConnectionApi;
import dev.nexus.contracts.InternalApi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Serves verifyConnection, listConnections and revokeConnection of {@link ConnectionApi}.
 * {@link RequestConnectionEndpoint} and {@link CheckConnectionEndpoint} serve the other two routes. Does not implement
 * that interface, see {@link InternalApi}.
 */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
class ConnectionResource {

    private final Callers callers;
    private final VerifyConnection verifyConnection;
    private final ListConnections listConnections;
    private final RevokeConnection revokeConnection;

    ConnectionResource(
            Callers callers,
            VerifyConnection verifyConnection,
            ListConnections listConnections,
            RevokeConnection revokeConnection) {
        this.callers = callers;
        this.verifyConnection = verifyConnection;
        this.listConnections = listConnections;
        this.revokeConnection = revokeConnection;
    }

    @POST
    @Path("/connections/{id}/verify")
    public Uni<ConnectionView> verifyConnection(@PathParam("id") String id) {
        // VerifyConnection applies the deadline itself. With callers.run, the provider's time would also count.
        return verifyConnection.run(callers.current(), id);
    }

    @GET
    @Path("/connections")
    public Uni<ConnectionView.Page> listConnections(
            @QueryParam("workspace_id") @Nullable String workspaceId,
            @QueryParam("provider_id") @Nullable String provider,
            @QueryParam("status") @Nullable String status,
            @QueryParam("label") @Nullable String label,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        ListConnections.Query query = new ListConnections.Query(workspaceId, provider, status, label, limit, cursor);
        return callers.run(caller -> listConnections.run(caller, query));
    }

    @DELETE
    @Path("/connections/{id}")
    public Uni<Void> revokeConnection(@PathParam("id") String id) {
        return callers.run(caller -> revokeConnection.run(caller, id));
    }
}
