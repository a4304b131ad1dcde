package dev.nexus.broker.provider;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Audits changes of a tenant's own providers, and reads the usage of its quotas. */
@ApplicationScoped
class UsageRepository {

    /**
     * Counts the providers that are not deleted, and adds up the credential schemas of all providers. The union has two
     * branches, because each index on the tenant has either the deleted providers or the others.
     */
    static final String USAGE = """
            select count(distinct p.id) filter (where not p.deleted),
                   cast(coalesce(sum(octet_length(v.credential_schema)), 0) as bigint)
            from (select id, false as deleted from provider where tenant = :tenant and deleted_at is null
                  union all
                  select id, true from provider where tenant = :tenant and deleted_at is not null) p
            join provider_version v on v.provider_id = p.id
            """;

    /** Writes the audit event and reads the usage in one statement, within the transaction of the change. */
    private static final String AUDIT_CHANGED_AND_USAGE = "with audit as ("
            + Audit.of(AuditAction.PROVIDER_CHANGED)
                    .byCaller()
                    .provider(":provider")
                    .insert() + ") " + USAGE;

    /**
     * The use of the quotas.
     *
     * @param providers the number of providers that are not deleted
     * @param schemaBytes the size of the credential schemas in all versions, including those of deleted providers
     */
    record Usage(long providers, long schemaBytes) {}

    /** Returns the current usage. Call it in a transaction that holds the lock of the tenant's providers. */
    Uni<Usage> ofTenant(String tenant) {
        return usage(USAGE, Map.of("tenant", tenant));
    }

    /**
     * Audits that the caller has created or changed a provider, and returns the usage with this change. Call it in the
     * transaction of the change, which holds the lock of the tenant's providers.
     */
    Uni<Usage> auditChange(Caller caller, UUID provider) {
        Map<String, @Nullable Object> values = new HashMap<>(Audit.parameters(caller));
        values.put("provider", provider);
        return usage(AUDIT_CHANGED_AND_USAGE, values);
    }

    private static Uni<Usage> usage(String query, Map<String, ? extends @Nullable Object> values) {
        return Panache.getSession()
                .chain(session -> {
                    Mutiny.SelectionQuery<Object[]> select = session.createNativeQuery(query, Object[].class);
                    values.forEach(select::setParameter);
                    return select.getSingleResult();
                })
                .map(row -> new Usage(((Number) row[0]).longValue(), ((Number) row[1]).longValue()));
    }
}
