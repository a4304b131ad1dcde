package dev.nexus.broker.connection;

import dev.nexus.broker.database.ScanBudget;
import dev.nexus.broker.http.Parameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statement of one page of connections. The filter that probably matches the fewest rows determines the index. The
 * other filters are checked on at most {@link ScanBudget#ROWS} rows. The scan has its own limit. Without this limit,
 * the planner could choose a scan of all rows of the tenant, because the planner expects to find the matches early.
 *
 * @param sql returns at least one row, with {@code scanned_to} in each row. If {@code scanned_to} is not null, the page
 *     ended at the budget, and the value is the id of the last connection that was read
 * @param values the values of the parameters by their names
 */
record ConnectionListQuery(String sql, Map<String, Object> values) {

    /**
     * The filters of the list. A null filter matches every connection. A null {@code before} begins at the newest
     * connection.
     */
    record Filter(
            @Nullable String workspaceId,
            @Nullable String provider,
            @Nullable ConnectionStatus status,
            @Nullable String label,
            @Nullable UUID before) {}

    private static final String PAGE = """
            with found as materialized (
                select c.id from (%1$s) c join provider p on p.id = c.provider_id
                where true%2$s
                order by c.id desc limit :limit
            )
            select scan.scanned_to, page.*
            from (select case when (select count(*) from found) < :limit
                              then (select s.id from (%1$s) s order by s.id desc offset %3$d limit 1) end as scanned_to) scan
            left join (select id, tenant, status, workspace_id, label, created_at, expires_at, activated_at, replaced_by,
                              revoked_at, provider_id, provider_slug, provider_name, verification, verification_reason,
                              verified_at, replaces
                       from connection_current
                       where tenant = :tenant and id = any(array(select id from found))) page on true
            order by page.id desc
            """;

    /**
     * The connections of deleted providers. The sweeper has not changed these rows yet, but their current status is
     * already revoked or expired.
     */
    private static final String OF_DELETED_PROVIDERS = """
            select r.* from provider d cross join lateral (
                select * from connection c
                where c.tenant = :tenant and c.provider_id = d.id and c.status in (%3$s)%1$s
                order by c.id desc limit %2$d) r
            where d.tenant = :tenant and d.deleted_at is not null
            order by r.id desc limit %2$d""";

    private static final String NOT_ENDED = ConnectionStatus.NOT_ENDED.stream()
            .map(status -> "'" + status.wire() + "'")
            .collect(Collectors.joining(", "));

    static ConnectionListQuery of(String tenant, Filter filter, int limit) {
        return new Builder(tenant, filter).build(limit);
    }

    private static final class Builder {

        private final Filter filter;
        private final Map<String, Object> values = new HashMap<>();
        private final String before;
        private final StringBuilder residual = new StringBuilder();
        private final String scan;

        Builder(String tenant, Filter filter) {
            this.filter = filter;
            values.put("tenant", tenant);
            this.before = filter.before() == null ? "" : " and c.id < " + parameter("before", filter.before());
            this.scan = scan();
        }

        ConnectionListQuery build(int limit) {
            values.put("limit", limit);
            return new ConnectionListQuery(PAGE.formatted(scan, residual, ScanBudget.ROWS - 1), values);
        }

        /** Chooses the index, and adds the other filters to {@link #residual}. */
        private String scan() {
            String workspace = filter.workspaceId() == null
                    ? null
                    : " and c.workspace_id = " + parameter("workspace", filter.workspaceId());
            String label = filter.label() == null ? null : " and c.label = " + parameter("label", filter.label());
            String provider = filter.provider() == null ? null : provider(filter.provider());
            ConnectionStatus status = filter.status();
            if (status != null) {
                residual.append(" and connection_status(c.status, c.expires_at, p.deleted_at) = '")
                        .append(status.wire())
                        .append('\'');
            }
            if (workspace != null) {
                residual.append(orEmpty(label)).append(orEmpty(provider));
                return scanWhere(workspace);
            }
            if (label != null && !"".equals(filter.label())) {
                residual.append(orEmpty(provider));
                // PostgreSQL uses the partial index only with the predicate of the index.
                return scanWhere(label + " and c.label <> ''");
            }
            residual.append(orEmpty(label));
            if (status != null && (status != ConnectionStatus.ACTIVE || provider == null)) {
                residual.append(orEmpty(provider));
                return scanStatus(status);
            }
            return scanWhere(orEmpty(provider));
        }

        private String scanWhere(String condition) {
            return "select * from connection c where c.tenant = :tenant" + condition + before
                    + " order by c.id desc limit " + ScanBudget.ROWS;
        }

        /** Scans the rows whose stored status allows the current status {@code status}, in the order of the index. */
        private String scanStatus(ConnectionStatus status) {
            List<String> scans = new ArrayList<>();
            status.storedAs().forEach(stored -> scans.add(scanWhere(" and c.status = '" + stored.wire() + "'")));
            if (status == ConnectionStatus.REVOKED) {
                scans.add(OF_DELETED_PROVIDERS.formatted(before, ScanBudget.ROWS, NOT_ENDED));
            }
            return scans.size() == 1 ? scans.get(0) : union(scans);
        }

        private static String union(List<String> scans) {
            return "select * from ((%s)) m order by m.id desc limit %d"
                    .formatted(String.join(") union all (", scans), ScanBudget.ROWS);
        }

        private String provider(String provider) {
            Optional<UUID> id = Parameters.uuid(provider);
            return id.isPresent()
                    ? " and c.provider_id = " + parameter("provider", id.get())
                    : " and c.provider_id = (select s.id from provider s where s.slug = "
                            + parameter("provider", provider)
                            + " and (s.tenant = :tenant or s.tenant is null) and s.deleted_at is null"
                            + " order by s.tenant nulls last limit 1)";
        }

        private static String orEmpty(@Nullable String condition) {
            return condition == null ? "" : condition;
        }

        private String parameter(String name, Object value) {
            values.put(name, value);
            return ":" + name;
        }
    }
}
