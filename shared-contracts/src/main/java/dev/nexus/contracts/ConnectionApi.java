package dev.nexus.contracts;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The Broker's routes of connections. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
public interface ConnectionApi {

    /** The path of one connection, below {@link InternalApi#ROOT}. */
    String CONNECTION = "/connections/{id}";

    /** 200; 404 provider_not_found, 409 quota_exceeded. */
    @POST
    @Path("/connections")
    @AllowedScopes(Scope.CONNECTIONS_WRITE)
    @Consumes(MediaType.APPLICATION_JSON)
    Uni<RestResponse<RequestedConnection>> requestConnection(ConnectionRequest request);

    /** 200 one connection; 404 connection_not_found. */
    @GET
    @Path(CONNECTION)
    @AllowedScopes(Scope.CONNECTIONS_READ)
    Uni<RestResponse<byte[]>> checkConnection(@PathParam("id") String id);

    /**
     * Verifies the credential at the connection's provider. 200 the connection; 404 connection_not_found, 409
     * connection_not_active, 422 invalid_credentials if the stored credential does not fit the request. May take as
     * long as the Broker's time limit for a provider.
     */
    @POST
    @Path("/connections/{id}/verify")
    @AllowedScopes(Scope.CONNECTIONS_WRITE)
    Uni<RestResponse<byte[]>> verifyConnection(@PathParam("id") String id);

    /** 200 {connections, next_cursor?}, newest first. */
    @GET
    @Path("/connections")
    @AllowedScopes(Scope.CONNECTIONS_READ)
    Uni<RestResponse<byte[]>> listConnections(
            @QueryParam("workspace_id") @Nullable String workspaceId,
            @QueryParam("provider_id") @Nullable String provider,
            @QueryParam("status") @Nullable String status,
            @QueryParam("label") @Nullable String label,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor);

    /**
     * Revokes the connection and the connections that it superseded, and deletes their ciphertexts. 204, also when
     * repeated; 404 connection_not_found.
     */
    @DELETE
    @Path(CONNECTION)
    @AllowedScopes(Scope.CONNECTIONS_WRITE)
    Uni<RestResponse<Void>> revokeConnection(@PathParam("id") String id);
}
