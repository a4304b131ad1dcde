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
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Lists and revokes the tenant's connections. {@link ForwardedReads} returns one connection. */
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
    @Operation(
            operationId = "listConnections",
            summary = "List connections",
            description = "Newest first. Combine the filters as you need. If the "
                    + "response has `next_cursor`, more pages follow.")
    @APIResponse(responseCode = "200", ref = "ConnectionPage")
    public Uni<RestResponse<byte[]>> listConnections(
            @Parameter(
                            description = "Only connections of this workspace",
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 255))
                    @QueryParam("workspace_id")
                    @Nullable
                    String workspaceId,
            @Parameter(description = "Only connections to this provider", schema = @Schema(ref = "ProviderReference"))
                    @QueryParam("provider_id")
                    @Nullable
                    String providerId,
            @Parameter(
                            description = "Only connections with this status",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"pending", "active", "expired", "superseded", "revoked"}))
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
                            description = "Maximum number of items",
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
                            description = "`next_cursor` of the previous page. Opaque",
                            schema = @Schema(type = SchemaType.STRING))
                    @QueryParam("cursor")
                    @Nullable
                    String cursor) {
        return broker.call(api -> api.listConnections(workspaceId, providerId, status, label, limit, cursor))
                .map(BrokerAnswer::toOk);
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "revokeConnection",
            summary = "Revoke a connection",
            description = "Revokes the connection, and each older connection that it superseded and that still "
                    + "returns its credential. Nexus immediately destroys the credentials of all these connections, "
                    + "including this one. You can repeat the request.")
    @APIResponse(responseCode = "204", description = "The connection is revoked, now or before")
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    public Uni<RestResponse<Void>> revokeConnection(
            @Parameter(
                            description = "Id of the connection",
                            schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call(api -> api.revokeConnection(id)).map(revoked -> RestResponse.noContent());
    }
}
