package dev.nexus.broker.audit;

import dev.nexus.broker.audit.AuditListQuery.Filter;
import dev.nexus.broker.audit.AuditRepository.Found;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.ListShare;
import dev.nexus.broker.http.Parameters;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists the tenant's audit events, newest first, in pages. */
@ApplicationScoped
public class ListAuditEvents {

    private final AuditRepository repository;
    private final ListShare share;

    ListAuditEvents(AuditRepository repository, ListShare share) {
        this.repository = repository;
        this.share = share;
    }

    /**
     * The parameters of the request, before validation. A null filter matches every event. A null limit is 50. A null
     * cursor starts at the newest event.
     */
    public record Query(
            @Nullable String connectionId,
            @Nullable String keyId,
            @Nullable String action,
            @Nullable String from,
            @Nullable String to,
            @Nullable String limit,
            @Nullable String cursor) {}

    /**
     * Returns one page. Fails with {@link ApiException} invalid_request for an invalid parameter, and with unavailable
     * if too many lists wait.
     */
    public Uni<AuditEventView.Page> run(Caller caller, Query query) {
        int limit = Parameters.limit(query.limit());
        Filter filter = filter(query);
        return share.run(caller.tenant(), () -> repository.page(caller.tenant(), filter, limit + 1))
                .map(found -> page(found, limit));
    }

    private static Filter filter(Query query) {
        String connection = query.connectionId();
        String action = query.action();
        return new Filter(
                connection == null
                        ? null
                        : Parameters.uuid(connection)
                                .orElseThrow(() -> Parameters.invalid("connection_id", "must be a UUID")),
                action == null
                        ? null
                        : AuditAction.fromWire(action)
                                .orElseThrow(() ->
                                        Parameters.invalid("action", "must be an audit action of the API reference")),
                Parameters.text("key_id", query.keyId()),
                Parameters.time("from", query.from()),
                Parameters.time("to", query.to()),
                AuditCursor.parse(query.cursor()));
    }

    private static AuditEventView.Page page(Found found, int limit) {
        List<AuditEvent> events = found.events();
        if (events.size() > limit) {
            AuditEvent last = events.get(limit - 1);
            return new AuditEventView.Page(
                    views(events.subList(0, limit)), new AuditCursor(last.at(), last.id()).encode());
        }
        AuditCursor scannedTo = found.scannedTo();
        return new AuditEventView.Page(views(events), scannedTo == null ? null : scannedTo.encode());
    }

    private static List<AuditEventView> views(List<AuditEvent> events) {
        return events.stream().map(AuditEvent::view).toList();
    }
}
