package dev.nexus.broker.audit;

import dev.nexus.broker.audit.AuditRepository.Filter;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The statements of the audit's list for a test of their plans. */
public final class AuditListSql {

    private AuditListSql() {}

    /** A statement with its values. */
    public record Statement(String name, String sql, List<Object> values) {}

    /** Every combination of the filters by equality, each with values that find nothing together, within a time or not. */
    public static List<Statement> lists(String tenant, UUID connection, String key) {
        List<Statement> statements = new ArrayList<>();
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
            List<Object> values = new ArrayList<>(List.of(tenant));
            statements.add(
                    new Statement("audit " + filter, AuditRepository.page(values, filter, 51), List.copyOf(values)));
        }
        return statements;
    }
}
