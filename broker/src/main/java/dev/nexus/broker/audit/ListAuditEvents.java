package dev.nexus.broker.audit;

import dev.nexus.broker.web.Caller;
import dev.nexus.broker.web.Parameters;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tenant's audit events, newest first, in pages. */
@ApplicationScoped
public class ListAuditEvents {

    private final AuditRepository repository;

    ListAuditEvents(AuditRepository repository) {
        this.repository = repository;
    }

    /** What a caller may ask for, unread; null means any. */
    public record Query(
            @Nullable String connectionId,
            @Nullable String action,
            @Nullable String from,
            @Nullable String to,
            @Nullable String limit,
            @Nullable String cursor) {}

    public Uni<Object> run(Caller caller, Query query) {
        int limit = Parameters.limit(query.limit());
        return repository.find(caller.tenant(), filter(query), limit + 1).map(found -> page(found, limit));
    }

    private static AuditRepository.Filter filter(Query query) {
        String connection = query.connectionId();
        String action = query.action();
        return new AuditRepository.Filter(
                connection == null
                        ? null
                        : Parameters.uuid(connection)
                                .orElseThrow(() -> Parameters.invalid("connection_id", "must be a UUID")),
                action == null
                        ? null
                        : AuditAction.fromWire(action)
                                .orElseThrow(
                                        () -> Parameters.invalid("action", "must be an action that the API names")),
                Parameters.time("from", query.from()),
                Parameters.time("to", query.to()),
                AuditCursor.parse(query.cursor()));
    }

    private static AuditEvent.Page page(List<AuditEvent> found, int limit) {
        if (found.size() <= limit) {
            return new AuditEvent.Page(found, null);
        }
        AuditEvent last = found.get(limit - 1);
        return new AuditEvent.Page(found.subList(0, limit), new AuditCursor(last.at(), last.id()).encode());
    }
}
