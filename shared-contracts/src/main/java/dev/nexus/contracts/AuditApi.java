package dev.nexus.contracts;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The Broker's route of the audit log. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
public interface AuditApi {

    /** 200 {events, next_cursor?}, newest first. */
    @GET
    @Path("/audit-events")
    @AllowedScopes(Scope.AUDIT_READ)
    Uni<RestResponse<byte[]>> auditEvents(
            @QueryParam("connection_id") @Nullable String connectionId,
            @QueryParam("key_id") @Nullable String keyId,
            @QueryParam("action") @Nullable String action,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor);
}
