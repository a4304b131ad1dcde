package dev.nexus.broker.audit;

import dev.nexus.broker.batch.NaturalBatch;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.List;

/**
 * Writes the audit events of credential reads. A read waits for its event, so that the response is sent only after the
 * event is committed. Concurrent reads share an INSERT. The audit events of changes do not use this class, see
 * {@link Audit}.
 */
@ApplicationScoped
public class ReadAuditLog {

    private static final NaturalBatch.Limits LIMITS = new NaturalBatch.Limits(2, 128, 4_096);

    private final NaturalBatch<CredentialRead, Boolean> reads;

    ReadAuditLog(AuditStatements statements) {
        this.reads = new NaturalBatch<>(
                batch -> statements.insert(batch).replaceWith(() -> committed(batch.size())), LIMITS);
    }

    /**
     * Completes when the event is committed. Fails if the INSERT fails. Also fails, without an INSERT of this event, if
     * the event has waited for 250 ms and an earlier INSERT fails. Fails with
     * {@link java.util.concurrent.RejectedExecutionException} if 4,096 events are already waiting.
     */
    public Uni<Void> record(CredentialRead read) {
        return reads.submit(read.caller().tenant(), read).replaceWithVoid();
    }

    private static List<Boolean> committed(int count) {
        return Collections.nCopies(count, Boolean.TRUE);
    }
}
