package dev.nexus.gateway.audit;

import dev.nexus.gateway.apikey.ApiKey;
import dev.nexus.gateway.brokerclient.Broker;
import dev.nexus.gateway.web.Answers;
import dev.nexus.gateway.web.RequestId;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The tenant's audit events. */
@Path("/v1/audit-events")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "apiKey")
@Tag(name = "Audit")
public class AuditResource {

    private final Broker broker;
    private final SecurityIdentity identity;
    private final RoutingContext request;

    AuditResource(Broker broker, SecurityIdentity identity, RoutingContext request) {
        this.broker = broker;
        this.identity = identity;
        this.request = request;
    }

    @GET
    @Operation(operationId = "auditEvents", summary = "The tenant's audit events, newest first")
    @APIResponse(responseCode = "200", description = "Done", content = @Content(schema = @Schema(ref = "AuditPage")))
    @APIResponse(responseCode = "default", ref = "Failure")
    public Uni<Response> auditEvents(
            @QueryParam("connection_id") @Nullable String connectionId,
            @QueryParam("action") @Nullable String action,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        ApiKey key = (ApiKey) identity.getPrincipal();
        return broker.call(
                        key,
                        RequestId.of(request),
                        (api, call) -> api.auditEvents(call, connectionId, action, from, to, limit, cursor))
                .map(Answers::ok);
    }
}
