package dev.nexus.broker.tenant;

import dev.nexus.broker.tenant.TenantErasureStatements.Holdings;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/**
 * Erases a tenant: its webhook first, so that nobody is told; then its ciphertexts, its connections, its own providers. In batches, so that nobody waits
 * for it; killed in the middle, a second run goes on, since what is left is what is there.
 */
class EraseTenant {

    private final TenantErasureStatements repository;
    private final int batch;
    private final Progress progress;

    /** Is told how many rows of a kind are gone so far. */
    interface Progress {
        void erased(String kind, long rows);
    }

    EraseTenant(TenantErasureStatements repository, int batch, Progress progress) {
        this.repository = repository;
        this.batch = batch;
        this.progress = progress;
    }

    /**
     * The outcome of the erasure.
     *
     * @param left what came in meanwhile and is still there; all zero where nobody used the tenant's keys any more
     */
    record Outcome(long credentials, long connections, Holdings before, Holdings left) {}

    Uni<Outcome> run(String tenant) {
        return repository
                .count(tenant)
                .call(() -> repository.deleteWebhook(tenant))
                .call(() -> all("webhook events", () -> repository.deleteWebhookEvents(tenant, batch)))
                .flatMap(before -> all("credentials", () -> repository.destroyCredentials(tenant, batch))
                        .flatMap(credentials -> all("connections", () -> repository.deleteConnections(tenant, batch))
                                .call(() -> repository.deleteProviders(tenant))
                                .flatMap(connections -> repository
                                        .count(tenant)
                                        .call(left -> left.isEmpty()
                                                ? repository.auditErasure(tenant)
                                                : Uni.createFrom().voidItem())
                                        .map(left -> new Outcome(credentials, connections, before, left)))));
    }

    private Uni<Long> all(String kind, Supplier<Uni<? extends Integer>> next) {
        return Multi.createBy()
                .repeating()
                .uni(next)
                .whilst(gone -> gone > 0)
                .onItem()
                .scan(() -> 0L, (sum, gone) -> sum + gone)
                .invoke(sum -> progress.erased(kind, sum))
                .collect()
                .last();
    }
}
