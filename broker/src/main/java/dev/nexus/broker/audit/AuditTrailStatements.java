package dev.nexus.broker.audit;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * Reads the audit trail of all connections in pages: tenant by tenant, connection by connection, the oldest event
 * first. The index {@code audit_event_of_connection} has this order if it is read backwards, so no statement sorts.
 */
class AuditTrailStatements {

    /** The most events of a page. */
    static final int PAGE = 5_000;

    /** Sorts after the id of each connection, because all these ids are UUIDs of version 4 or 7. */
    static final UUID LAST_ID = new UUID(-1, -1);

    static final String TENANT = "select tenant from audit_event where tenant > $1 order by tenant limit 1";

    static final String CONNECTIONS = """
            select id, connection_id, at, action, outcome, request_id from audit_event
            where tenant = $1 and connection_id < $2 and at < $3
            order by connection_id desc, at, id limit $4
            """;

    static final String REST = """
            select id, connection_id, at, action, outcome, request_id from audit_event
            where tenant = $1 and connection_id = $2 and at < $3 and (at, id) > ($4, $5)
            order by at, id limit $6
            """;

    static final String ERASURES = """
            select at from audit_event where tenant = $1 and action = '%s' and at < $2 order by at, id
            """.formatted(AuditAction.TENANT_ERASED.wire());

    /** Events before this time are committed, because a transaction of the Broker lasts much less than a minute. */
    static final String SETTLED = "select clock_timestamp() - interval '1 minute'";

    private final Pool pool;
    private final int page;

    AuditTrailStatements(Pool pool, int page) {
        this.pool = pool;
        this.page = page;
    }

    /** Returns the time before which all events are committed. */
    Uni<OffsetDateTime> settled() {
        return pool.preparedQuery(SETTLED)
                .execute()
                .map(rows -> rows.iterator().next().getOffsetDateTime(0));
    }

    /** Returns the next tenant in alphabetical order; empty after the last one. */
    Uni<Optional<String>> tenantAfter(String tenant) {
        return pool.preparedQuery(TENANT)
                .execute(Tuple.of(tenant))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString(0)));
    }

    /** Returns a page of events of the connections whose ids are lower than {@code connection}, the highest id first. */
    Uni<List<TrailEvent>> connectionsBefore(String tenant, UUID connection, OffsetDateTime until) {
        return events(CONNECTIONS, Tuple.of(tenant, connection, until, page));
    }

    /** Returns a page of events that follow {@code last} in the trail of its connection. */
    Uni<List<TrailEvent>> eventsAfter(String tenant, TrailEvent last, OffsetDateTime until) {
        return events(REST, Tuple.of(tenant, last.connection(), until, last.at(), last.id(), page));
    }

    /** Returns the times of the tenant's erasures, the first one first. */
    Uni<List<OffsetDateTime>> erasures(String tenant, OffsetDateTime until) {
        return pool.preparedQuery(ERASURES)
                .execute(Tuple.of(tenant, until))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getOffsetDateTime("at"))
                        .toList());
    }

    private Uni<List<TrailEvent>> events(String sql, Tuple values) {
        return pool.preparedQuery(sql)
                .execute(values)
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(AuditTrailStatements::event)
                        .toList());
    }

    private static TrailEvent event(Row row) {
        String action = row.getString("action");
        return new TrailEvent(
                row.getUUID("id"),
                row.getUUID("connection_id"),
                row.getOffsetDateTime("at"),
                action,
                AuditAction.fromWire(action)
                        .flatMap(known -> TrailEvent.step(
                                known,
                                row.getString("outcome").equals("success"),
                                row.getString("request_id").equals("erase-tenant"))));
    }

    /** Returns true if more events can follow the page. */
    boolean isFull(List<TrailEvent> events) {
        return events.size() == page;
    }
}
