package dev.nexus.broker.connection;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.database.DatabaseTurns;
import dev.nexus.broker.verification.VerificationOutcome;
import dev.nexus.broker.webhook.delivery.EventType;
import dev.nexus.broker.webhook.delivery.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Stores the outcome of the repeated verification of a stored credential. */
@ApplicationScoped
class VerificationStatements {

    static final String VERIFIED = """
            with verified as (
                update connection set verification = $3, verification_reason = $4, verified_at = clock_timestamp()
                where tenant = $1 and id = $2 and status in ('active', 'superseded')
                returning tenant, id, workspace_id, provider_id, label, status, replaced_by
            ), outbox as (
                %s and $4::text = 'rejected'
            )
            %s
            """.formatted(
                    Outbox.insert(EventType.CONNECTION_VERIFICATION_FAILED, "verified"),
                    Audit.of(AuditAction.CONNECTION_VERIFIED)
                            .successIf("$5::boolean")
                            .connections("verified")
                            .by("$6", "$7", "$8")
                            .insert());

    private final Pool pool;
    private final DatabaseTurns turns;

    VerificationStatements(Pool pool, DatabaseTurns turns) {
        this.pool = pool;
        this.turns = turns;
    }

    /**
     * Stores the outcome and an audit event, and a webhook event if the provider rejected the credential. Stores
     * nothing if the connection is no longer active or superseded.
     */
    Uni<Void> store(Caller caller, UUID id, VerificationOutcome outcome) {
        Tuple values = Tuple.from(new Object[] {
            caller.tenant(),
            id,
            outcome.status(),
            outcome.reasonText(),
            outcome instanceof VerificationOutcome.Accepted,
            caller.keyId(),
            caller.requestId(),
            caller.address()
        });
        return turns.run(
                caller.tenant(),
                () -> pool.preparedQuery(VERIFIED).execute(values).replaceWithVoid());
    }
}
