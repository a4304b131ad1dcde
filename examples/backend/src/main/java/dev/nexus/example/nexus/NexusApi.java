package dev.nexus.example.nexus;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.rest.client.annotation.ClientHeaderParam;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the public API that this application uses. They need the scopes connections:write and connections:read.
 */
@Path("/v1")
@RegisterRestClient(configKey = "nexus")
@RegisterProvider(NexusFailureMapper.class)
@ClientHeaderParam(name = "X-API-Key", value = "${example.gateway.api-key}")
interface NexusApi {

    @POST
    @Path("/request-connection")
    BegunConnection requestConnection(ConnectionRequest request);

    @GET
    @Path("/capture-schema")
    JsonNode captureSchema(@QueryParam("state") String state);

    @POST
    @Path("/capture-credential")
    Captured captureCredential(Capture capture);

    @GET
    @Path("/check-connection/{id}")
    Connection checkConnection(@PathParam("id") String id);

    @GET
    @Path("/connections")
    ConnectionPage listConnections(
            @QueryParam("workspace_id") String workspaceId,
            @QueryParam("limit") int limit,
            @QueryParam("cursor") @Nullable String cursor);

    @DELETE
    @Path("/connections/{id}")
    void revokeConnection(@PathParam("id") String id);

    @GET
    @Path("/providers")
    ProviderPage listProviders(@QueryParam("limit") int limit, @QueryParam("cursor") @Nullable String cursor);
}
