package dev.nexus.contracts;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** The Broker's routes of a connection's credential. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
public interface TokenApi {

    /** The path of a connection's credential, below {@link InternalApi#ROOT}. */
    String TOKEN = "/connections/{id}/token";

    /**
     * 200 {strategy, credentials, allowed_hosts?, replaced_by?}; 404 connection_not_found, 409 connection_not_active.
     */
    @GET
    @Path(TOKEN)
    @AllowedScopes(Scope.TOKENS_READ)
    Uni<RestResponse<byte[]>> readToken(@PathParam("id") String id);

    /** Always an error: 400 static_token if the tenant has the connection, otherwise 404 connection_not_found. */
    @POST
    @Path("/connections/{id}/refresh")
    @AllowedScopes(Scope.TOKENS_READ)
    Uni<RestResponse<byte[]>> refresh(@PathParam("id") String id);
}
