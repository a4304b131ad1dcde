package dev.nexus.broker.audit;

import dev.nexus.broker.caller.Callers;
import dev.nexus.contracts.AuditApi;
import dev.nexus.contracts.InternalApi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** Serves the route of {@link AuditApi}. Does not implement that interface, see {@link InternalApi}. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
class AuditResource {

    private final Callers callers;
    private final ListAuditEvents listAuditEvents;

    AuditResource(Callers callers, ListAuditEvents listAuditEvents) {
        this.callers = callers;
        this.listAuditEvents = listAuditEvents;
    }

    @GET
    @Path("/audit-events")
    public Uni<AuditEventView.Page> auditEvents(
            @QueryParam("connection_id") @Nullable String connectionId,
            @QueryParam("key_id") @Nullable String keyId,
            @QueryParam("action") @Nullable String action,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        ListAuditEvents.Query query = new ListAuditEvents.Query(connectionId, keyId, action, from, to, limit, cursor);
        return callers.run(caller -> listAuditEvents.run(caller, query));
    }
}
