package dev.nexus.broker.audit;

import dev.nexus.broker.audit.AuditListQuery.Filter;
import dev.nexus.broker.database.EntityTransactions;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads the audit log. Each query filters by the tenant. */
@ApplicationScoped
class AuditRepository implements PanacheRepositoryBase<AuditEvent, UUID> {

    private final EntityTransactions transactions;

    AuditRepository(EntityTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * One page of events.
     *
     * @param scannedTo if this page ended at the scan budget, the position after which the next page continues;
     *     otherwise null
     */
    record Found(List<AuditEvent> events, @Nullable AuditCursor scannedTo) {}

    /** Returns at most {@code limit} events, newest first. */
    Uni<Found> page(String tenant, Filter filter, int limit) {
        AuditListQuery query = AuditListQuery.of(tenant, filter, limit);
        return transactions
                .read(() -> getSession().chain(session -> rows(session, query)))
                .map(AuditRepository::found);
    }

    private static Uni<List<Object[]>> rows(Mutiny.Session session, AuditListQuery query) {
        Mutiny.SelectionQuery<Object[]> selection =
                session.createNativeQuery(query.sql(), session.getResultSetMapping(Object[].class, AuditEvent.PAGE));
        query.values().forEach(selection::setParameter);
        return selection.getResultList();
    }

    private static Found found(List<Object[]> rows) {
        List<AuditEvent> events = new ArrayList<>(rows.size());
        AuditCursor scannedTo = null;
        for (Object[] row : rows) {
            scannedTo = row[1] == null ? null : new AuditCursor((OffsetDateTime) row[1], (UUID) row[2]);
            if (row[0] != null) {
                events.add((AuditEvent) row[0]);
            }
        }
        return new Found(events, scannedTo);
    }
}
