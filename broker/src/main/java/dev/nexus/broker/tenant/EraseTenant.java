package dev.nexus.broker.tenant;

import dev.nexus.broker.tenant.TenantErasureStatements.Holdings;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Erases a tenant. Deletes its webhook first, so that no events are sent, and then its credentials, connections and own
 * providers. Deletes webhook events, credentials and connections in batches, so that other tenants do not wait. After
 * an interruption, a second run deletes the rest.
 */
class EraseTenant {

    private final TenantErasureStatements statements;
    private final int batch;
    private final Progress progress;

    /** Receives the number of rows of a kind that have been deleted so far. */
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
     * @param credentials the number of credentials that were destroyed
     * @param connections the number of connections that were deleted
     * @param before the numbers of rows before the run
     * @param left the numbers of rows after the run: the audit events, which are kept, and the rows that other requests
     *     created during the run. If the tenant's API keys were removed before the run, only audit events are left. The
     *     audit event of this erasure is not counted
     */
    record Outcome(long credentials, long connections, Holdings before, Holdings left) {}

    /** Erases the tenant. Writes the audit event of the erasure only if nothing except audit events is left. */
    Uni<Outcome> run(String tenant) {
        return statements
                .count(tenant)
                .call(() -> statements.deleteWebhook(tenant))
                .call(() -> deleteAll("webhook events", () -> statements.deleteWebhookEvents(tenant, batch)))
                .flatMap(before -> destroyCredentials(tenant)
                        .map(AtomicLong::new)
                        .flatMap(credentials -> deleteAll("connections", () -> deleteConnections(tenant, credentials))
                                .call(() -> statements.deleteProviders(tenant))
                                .flatMap(connections -> statements
                                        .count(tenant)
                                        .call(left -> left.isErased()
                                                ? statements.auditErasure(tenant)
                                                : Uni.createFrom().voidItem())
                                        .map(left -> new Outcome(credentials.get(), connections, before, left)))));
    }

    private Uni<Integer> deleteConnections(String tenant, AtomicLong credentials) {
        return statements.deleteConnections(tenant, batch).map(deleted -> {
            credentials.addAndGet(deleted.credentials());
            return deleted.connections();
        });
    }

    private static final class Pass {
        private UUID before = TenantErasureStatements.BEFORE_FIRST;
        private boolean ended;
        private long credentials;
    }

    private Uni<Long> destroyCredentials(String tenant) {
        return Multi.createBy()
                .repeating()
                .uni(Pass::new, pass -> destroyBatch(tenant, pass))
                .whilst(pass -> !pass.ended)
                .map(pass -> pass.credentials)
                .collect()
                .last();
    }

    private Uni<Pass> destroyBatch(String tenant, Pass pass) {
        return statements.destroyCredentials(tenant, pass.before, batch).map(destroyed -> {
            UUID last = destroyed.last();
            pass.ended = last == null;
            pass.before = last == null ? pass.before : last;
            pass.credentials += destroyed.credentials();
            progress.erased("credentials", pass.credentials);
            return pass;
        });
    }

    private Uni<Long> deleteAll(String kind, Supplier<Uni<? extends Integer>> next) {
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
