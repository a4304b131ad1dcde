package dev.nexus.broker.tenant;

import dev.nexus.broker.tenant.TenantErasureStatements.Holdings;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/**
 * Erases a tenant. Deletes its webhook first, so that no events are sent, and then its credentials, connections and own
 * providers. Works in batches, so that other tenants do not wait. After an interruption, a second run deletes the rest.
 */
class EraseTenant {

    private final TenantErasureStatements statements;
    private final int batch;
    private final Progress progress;

    /** Receives the number of rows of a kind that are deleted so far. */
    interface Progress {
        void erased(String kind, long rows);
    }

    EraseTenant(TenantErasureStatements statements, int batch, Progress progress) {
        this.statements = statements;
        this.batch = batch;
        this.progress = progress;
    }

    /**
     * The outcome of the erasure.
     *
     * @param left the rows that were created meanwhile. All are zero if the tenant's API keys were removed before
     */
    record Outcome(long credentials, long connections, Holdings before, Holdings left) {}

    Uni<Outcome> run(String tenant) {
        return statements
                .count(tenant)
                .call(() -> statements.deleteWebhook(tenant))
                .call(() -> all("webhook events", () -> statements.deleteWebhookEvents(tenant, batch)))
                .flatMap(before -> all("credentials", () -> statements.destroyCredentials(tenant, batch))
                        .flatMap(credentials -> all("connections", () -> statements.deleteConnections(tenant, batch))
                                .call(() -> statements.deleteProviders(tenant))
                                .flatMap(connections -> statements
                                        .count(tenant)
                                        .call(left -> left.isEmpty()
                                                ? statements.auditErasure(tenant)
                                                : Uni.createFrom().voidItem())
                                        .map(left -> new Outcome(credentials, connections, before, left)))));
    }

    private Uni<Long> all(String kind, Supplier<Uni<? extends Integer>> next) {
        return Multi.createBy()
                .repeating()
                .uni(next)
                .whilst(deleted -> deleted > 0)
                .onItem()
                .scan(() -> 0L, (sum, deleted) -> sum + deleted)
                .invoke(sum -> progress.erased(kind, sum))
                .collect()
                .last();
    }
}
