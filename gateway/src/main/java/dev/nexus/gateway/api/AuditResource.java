package dev.nexus.gateway.api;

import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
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

/** Lists the tenant's audit events. */
@Path("/v1/audit-events")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Audit")
class AuditResource {

    private final Broker broker;

    AuditResource(Broker broker) {
        this.broker = broker;
    }

    @GET
    @Operation(
            operationId = "auditEvents",
            summary = "List audit events",
            description = "Newest first. If the response has `next_cursor`, more pages follow.")
    @APIResponse(responseCode = "200", ref = "AuditPage")
    public Uni<RestResponse<byte[]>> auditEvents(
            @Parameter(
                            description = "Only events of this connection",
                            schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @QueryParam("connection_id")
                    @Nullable
                    String connectionId,
            @Parameter(
                            description = "Only events of the API key with this id. `state` stands "
                                    + "for the hosted page, and `system` for Nexus itself",
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 64))
                    @QueryParam("key_id")
                    @Nullable
                    String keyId,
            @Parameter(description = "Only events with this action", schema = @Schema(type = SchemaType.STRING))
                    @QueryParam("action")
                    @Nullable
                    String action,
            @Parameter(
                            description = "Only events at this time or later",
                            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
                    @QueryParam("from")
                    @Nullable
                    String from,
            @Parameter(
                            description = "Only events before this time",
                            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
                    @QueryParam("to")
                    @Nullable
                    String to,
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
        return broker.call(api -> api.auditEvents(connectionId, keyId, action, from, to, limit, cursor))
                .map(BrokerAnswer::toOk);
    }
}
