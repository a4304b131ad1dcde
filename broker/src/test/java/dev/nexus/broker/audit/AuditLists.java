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

/** The audit's list for tests of its statements. */
@ApplicationScoped
public class AuditLists {

    private static final int LIMIT = 51;

    private final AuditRepository repository;

    AuditLists(AuditRepository repository) {
        this.repository = repository;
    }

    /** A list by a filter: its query, with the values of the parameters by name. */
    public record AuditList(String tenant, Filter filter, String sql, Map<String, Object> values) {

        @Override
        public String toString() {
            return "audit " + filter;
        }
    }

    /** Every combination of the filters by equality, each with values that find nothing together, within a time or not. */
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

    /** Lists by {@code list} as the route does. */
    public void run(AuditList list) {
        Flow.await(repository.page(list.tenant(), list.filter(), LIMIT));
    }
}
