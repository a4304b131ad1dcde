package dev.nexus.broker.audit;

import dev.nexus.broker.audit.AuditListQuery.Filter;
import dev.nexus.broker.testing.Flow;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Runs the queries of the audit list, for tests of their statements. */
@ApplicationScoped
public class AuditLists {

    private static final int LIMIT = 51;

    private final AuditRepository repository;

    AuditLists(AuditRepository repository) {
        this.repository = repository;
    }

    /** A list of audit events: its filter, its query and the values of the named parameters. */
    public record AuditList(String tenant, Filter filter, String sql, Map<String, Object> values) {

        @Override
        public String toString() {
            return "audit " + filter;
        }
    }

    /** Each combination of the equality filters, with and without a start time. Together, the values match no event. */
    public static List<AuditList> all(String tenant, UUID connection, String key) {
        List<AuditList> lists = new ArrayList<>();
        for (int chosen = 0; chosen < 16; chosen++) {
            Filter filter = new Filter(
                    (chosen & 1) == 0 ? null : connection,
                    (chosen & 2) == 0 ? null : AuditAction.TENANT_ERASED,
                    (chosen & 4) == 0 ? null : key,
                    (chosen & 8) == 0
                            ? null
                            : OffsetDateTime.now(ZoneOffset.UTC).minusYears(1),
                    null,
                    null);
            AuditListQuery query = AuditListQuery.of(tenant, filter, LIMIT);
            lists.add(new AuditList(tenant, filter, query.sql(), query.values()));
        }
        return lists;
    }

    /** The statements of the command audit-check with their values. A page has {@code limit} events. */
    public static Map<String, List<Object>> trail(String tenant, UUID connection, int limit) {
        String until = "2999-01-01";
        return Map.of(
                AuditTrailStatements.TENANT,
                List.of(""),
                AuditTrailStatements.ERASURES,
                List.of(tenant, until),
                AuditTrailStatements.CONNECTIONS,
                List.of(tenant, AuditTrailStatements.LAST_ID, until, limit),
                AuditTrailStatements.REST,
                List.of(tenant, connection, until, "2000-01-01", connection, limit));
    }

    /** Runs {@code list} in the same way as the route. */
    public void run(AuditList list) {
        Flow.await(repository.page(list.tenant(), list.filter(), LIMIT));
    }
}
