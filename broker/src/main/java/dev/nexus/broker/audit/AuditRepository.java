package dev.nexus.broker.audit;

import dev.nexus.broker.database.ScanBudget;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The list of audit events; the tenant is in each statement. */
@ApplicationScoped
class AuditRepository {

    private final Pool pool;

    AuditRepository(Pool pool) {
        this.pool = pool;
    }

    /** Which events to find; null means any. */
    record Filter(
            @Nullable UUID connection,
            @Nullable AuditAction action,
            @Nullable String keyId,
            @Nullable OffsetDateTime from,
            @Nullable OffsetDateTime to,
            @Nullable AuditCursor after) {}

    /**
     * A page as it was found.
     *
     * @param scannedTo behind which to go on if the page ended at the scan budget; null if it did not
     */
    record Found(List<AuditEvent> events, @Nullable AuditCursor scannedTo) {}

    private static final String PAGE = """
            with found as materialized (
                select * from (%1$s) e where true%2$s order by e.at desc, e.id desc limit %3$s
            ), short as (
                select count(*) < %3$s as page from found
            )
            select scan.scanned_at, scan.scanned_id, found.*
            from (select case when (select page from short)
                              then (select s.at from (%1$s) s order by s.at desc, s.id desc offset %4$d limit 1)
                         end as scanned_at,
                         case when (select page from short)
                              then (select s.id from (%1$s) s order by s.at desc, s.id desc offset %4$d limit 1)
                         end as scanned_id) scan
            left join found on true
            order by found.at desc, found.id desc
            """;

    /** At most {@code limit} events, newest first. */
    Uni<Found> find(String tenant, Filter filter, int limit) {
        List<Object> values = new ArrayList<>(List.of(tenant));
        String sql = page(values, filter, limit);
        return pool.preparedQuery(sql).execute(Tuple.tuple(values)).map(AuditRepository::found);
    }

    /**
     * The statement for {@code filter}; adds its values, the tenant being there already. The filter that is likely to find
     * the fewest events chooses the index, the others are checked on at most {@link ScanBudget#ROWS} events.
     */
    static String page(List<Object> values, Filter filter, int limit) {
        List<String> equal = new ArrayList<>();
        if (filter.connection() != null) {
            equal.add(" and e.connection_id = $" + add(values, filter.connection()));
        }
        if (filter.keyId() != null) {
            equal.add(" and e.key_id = $" + add(values, filter.keyId()));
        }
        if (filter.action() != null) {
            equal.add(" and e.action = $" + add(values, filter.action().wire()));
        }
        StringBuilder scan = new StringBuilder("""
                select id, at, action, outcome, connection_id, workspace_id, provider_id, key_id, request_id,
                       client_address
                from audit_event e where e.tenant = $1""");
        scan.append(equal.isEmpty() ? "" : equal.remove(0));
        if (filter.from() != null) {
            scan.append(" and e.at >= $").append(add(values, filter.from()));
        }
        if (filter.to() != null) {
            scan.append(" and e.at < $").append(add(values, filter.to()));
        }
        if (filter.after() != null) {
            scan.append(" and (e.at, e.id) < ($")
                    .append(add(values, filter.after().at()));
            scan.append(", $").append(add(values, filter.after().id())).append(")");
        }
        scan.append(" order by e.at desc, e.id desc limit ").append(ScanBudget.ROWS);
        String rows = "$" + add(values, limit);
        return PAGE.formatted(scan, String.join("", equal), rows, ScanBudget.ROWS - 1);
    }

    private static int add(List<Object> values, Object value) {
        values.add(value);
        return values.size();
    }

    private static Found found(RowSet<Row> rows) {
        List<AuditEvent> events = new ArrayList<>(rows.size());
        AuditCursor scannedTo = null;
        for (Row row : rows) {
            OffsetDateTime scannedAt = row.getOffsetDateTime("scanned_at");
            scannedTo = scannedAt == null ? null : new AuditCursor(scannedAt, row.getUUID("scanned_id"));
            if (row.getUUID("id") != null) {
                events.add(event(row));
            }
        }
        return new Found(events, scannedTo);
    }

    private static AuditEvent event(Row row) {
        return new AuditEvent(
                row.getUUID("id"),
                row.getOffsetDateTime("at"),
                row.getString("action"),
                row.getString("outcome"),
                row.getUUID("connection_id"),
                row.getString("workspace_id"),
                row.getUUID("provider_id"),
                row.getString("key_id"),
                row.getString("request_id"),
                row.getString("client_address"));
    }
}
