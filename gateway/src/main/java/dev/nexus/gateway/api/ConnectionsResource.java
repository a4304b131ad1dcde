package dev.nexus.gateway.api;

import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Lists, shows and revokes the tenant's connections. */
@Path("/v1/connections")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Connections")
class ConnectionsResource {

    private final Broker broker;

    ConnectionsResource(Broker broker) {
        this.broker = broker;
    }

    @GET
    @Operation(operationId = "listConnections", summary = "The connections, newest first; scope connections:read")
    @APIResponse(
            responseCode = "200",
            description = "A page of connections; one that is shorter than limit, or empty, has a successor if it has"
                    + " next_cursor",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "ConnectionPage")))
    public Uni<RestResponse<byte[]>> listConnections(
            @Parameter(
                            description = "Only this workspace",
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 255))
                    @QueryParam("workspace_id")
                    @Nullable
                    String workspaceId,
            @Parameter(description = "Only this provider, by UUID or slug", schema = @Schema(ref = "ProviderReference"))
                    @QueryParam("provider_id")
                    @Nullable
                    String providerId,
            @Parameter(description = "Only connections in this status", schema = @Schema(ref = "ConnectionStatus"))
                    @QueryParam("status")
                    @Nullable
                    String status,
            @Parameter(
                            description = "Only connections with this label",
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 100))
                    @QueryParam("label")
                    @Nullable
                    String label,
            @Parameter(
                            description = "How many at most",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "200",
                                            defaultValue = "50"))
                    @QueryParam("limit")
                    @Nullable
                    String limit,
            @Parameter(
                            description = "next_cursor of the page before; opaque",
                            schema = @Schema(type = SchemaType.STRING))
                    @QueryParam("cursor")
                    @Nullable
                    String cursor) {
        return broker.call(api -> api.listConnections(workspaceId, providerId, status, label, limit, cursor))
                .map(BrokerAnswer::toOk);
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "connection", summary = "One connection, as check-connection; scope connections:read")
    @APIResponse(
            responseCode = "200",
            description = "The connection",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Connection")))
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    public Uni<RestResponse<byte[]>> connection(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call(api -> api.checkConnection(id)).map(BrokerAnswer::toOk);
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "revokeConnection",
            summary = "Revoke a connection and those that it superseded, and destroy their credentials; scope"
                    + " connections:write")
    @APIResponse(responseCode = "204", description = "Revoked, now or before")
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    public Uni<RestResponse<Void>> revokeConnection(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call(api -> api.revokeConnection(id)).map(revoked -> RestResponse.noContent());
    }
}
