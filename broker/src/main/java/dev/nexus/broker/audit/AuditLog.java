package dev.nexus.broker.audit;

import dev.nexus.broker.batch.NaturalBatch;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.List;

/**
 * Notes reads of credentials. The returned Uni completes when the row is committed, so an answer that waits for it never
 * goes out unnoted; readers of the same moment share one INSERT. Changes of a connection are noted by the statement that
 * makes them.
 */
@ApplicationScoped
public class AuditLog {

    private static final NaturalBatch.Limits LIMITS = new NaturalBatch.Limits(2, 128, 4_096);

    private final NaturalBatch<CredentialRead, Boolean> reads;

    AuditLog(AuditStatements statements) {
        this.reads =
                new NaturalBatch<>(batch -> statements.insert(batch).replaceWith(() -> noted(batch.size())), LIMITS);
    }

    public Uni<Void> note(CredentialRead read) {
        return reads.submit(read).replaceWithVoid();
    }

    private static List<Boolean> noted(int count) {
        return Collections.nCopies(count, Boolean.TRUE);
    }
}
