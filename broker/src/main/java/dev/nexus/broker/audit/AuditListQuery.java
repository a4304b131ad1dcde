package dev.nexus.broker.audit;

import dev.nexus.broker.database.ScanBudget;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statement of one page of audit events. The first filter that is set, in the order connection, key and action,
 * determines the index, together with the times and the cursor. The other filters are checked on at most
 * {@link ScanBudget#ROWS} events.
 *
 * @param sql returns at least one row, with {@code scanned_at} and {@code scanned_id} in each row. If they are not
 *     null, the page ended at the budget, and they are the time and the id of the last event that was read
 * @param values the values of the parameters by their names
 */
record AuditListQuery(String sql, Map<String, Object> values) {

    /** The filters of the list. A null filter matches every event. A null {@code after} begins at the newest event. */
    record Filter(
            @Nullable UUID connection,
            @Nullable AuditAction action,
            @Nullable String keyId,
            @Nullable OffsetDateTime from,
            @Nullable OffsetDateTime to,
            @Nullable AuditCursor after) {}

    private static final String PAGE = """
            with found as materialized (
                select * from (%1$s) e where true%2$s order by e.at desc, e.id desc limit :limit
            ), page_size as (
                select count(*) < :limit as is_short from found
            )
            select scan.scanned_at, scan.scanned_id, found.*
            from (select case when (select is_short from page_size)
                              then (select s.at from (%1$s) s order by s.at desc, s.id desc offset %3$d limit 1)
                         end as scanned_at,
                         case when (select is_short from page_size)
                              then (select s.id from (%1$s) s order by s.at desc, s.id desc offset %3$d limit 1)
                         end as scanned_id) scan
            left join found on true
            order by found.at desc, found.id desc
            """;

    static AuditListQuery of(String tenant, Filter filter, int limit) {
        Map<String, Object> values = new HashMap<>();
        values.put("tenant", tenant);
        values.put("limit", limit);
        List<String> conditions = new ArrayList<>();
        if (filter.connection() != null) {
            values.put("connection", filter.connection());
            conditions.add(" and e.connection_id = :connection");
        }
        if (filter.keyId() != null) {
            values.put("key", filter.keyId());
            conditions.add(" and e.key_id = :key");
        }
        if (filter.action() != null) {
            values.put("action", filter.action().wire());
            conditions.add(" and e.action = :action");
        }
        StringBuilder scan = new StringBuilder("""
                select e.id, e.tenant, e.at, e.action, e.outcome, e.connection_id, e.workspace_id, e.provider_id, e.key_id,
                       e.request_id, e.client_address
                from audit_event e where e.tenant = :tenant""");
        scan.append(conditions.isEmpty() ? "" : conditions.remove(0));
        if (filter.from() != null) {
            values.put("from", filter.from());
            scan.append(" and e.at >= :from");
        }
        if (filter.to() != null) {
            values.put("to", filter.to());
            scan.append(" and e.at < :to");
        }
        if (filter.after() != null) {
            values.put("after_at", filter.after().at());
            values.put("after_id", filter.after().id());
            scan.append(" and (e.at, e.id) < (:after_at, :after_id)");
        }
        scan.append(" order by e.at desc, e.id desc limit ").append(ScanBudget.ROWS);
        return new AuditListQuery(PAGE.formatted(scan, String.join("", conditions), ScanBudget.ROWS - 1), values);
    }
}
