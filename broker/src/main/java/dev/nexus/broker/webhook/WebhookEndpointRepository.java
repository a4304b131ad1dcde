package dev.nexus.broker.webhook;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.webhook.SigningSecrets.NewSecret;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** What a tenant's administrator does to the tenant's endpoint, and its secrets; the tenant is in every statement. */
@ApplicationScoped
class EndpointRepository {

    private static final String FIND = """
            select id, tenant, url, edition, disabled_at, created_at, updated_at from webhook_endpoint where tenant = $1
            """;

    /** What waits, and what came of the latest attempt among it. */
    private static final String BACKLOG = """
            select count(*) as pending,
                   (select last_outcome from webhook_event
                    where tenant = $1 and endpoint_id = $2 and status = 'pending' and last_outcome is not null
                    order by next_attempt_at desc limit 1) as last_failure
            from webhook_event where tenant = $1 and endpoint_id = $2 and status = 'pending'
            """;

    /** One change of one tenant's endpoint at a time; held to the end of the transaction. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended(array['webhook', $1]::text, 0))";

    private static final String INSERT = "insert into webhook_endpoint (id, tenant, url) values ($1, $2, $3)";

    /** A URL that is put again is heard again. */
    private static final String CHANGE = """
            update webhook_endpoint
            set url = $3, edition = edition + 1, disabled_at = null, updated_at = clock_timestamp()
            where tenant = $1 and id = $2
            """;

    private static final String DELETE = "delete from webhook_endpoint where tenant = $1 and id = $2";

    private static final String DELETE_FORMER_SECRETS =
            "delete from webhook_secret where tenant = $1 and endpoint_id = $2 and valid_until is not null";

    private static final String DELETE_MIDDLE_SECRETS = """
            delete from webhook_secret where tenant = $1 and endpoint_id = $2 and valid_until is not null
              and id is distinct from (select o.id from webhook_secret o
                         where o.tenant = $1 and o.endpoint_id = $2 and o.valid_until > clock_timestamp()
                         order by o.created_at, o.id limit 1)
            """;

    /** As long as the field keeps such keys (Stripe: 24 hours). */
    private static final String MADE_BY = """
            select id, cipher, key_version, sealed, created_at, valid_until from webhook_secret
            where tenant = $1 and endpoint_id = $2 and idempotency_key = $3
              and created_at > clock_timestamp() - interval '24 hours'
            """;

    private static final String END_SECRET = """
            update webhook_secret set valid_until = clock_timestamp() + $3::float8 * interval '1 millisecond'
            where tenant = $1 and endpoint_id = $2 and valid_until is null
            """;

    private static final String INSERT_SECRET = """
            insert into webhook_secret (id, endpoint_id, tenant, cipher, key_version, sealed, idempotency_key)
            values ($1, $2, $3, $4, $5, $6, $7)
            """;

    private static final String RAISE = """
            update webhook_endpoint set edition = edition + 1, updated_at = clock_timestamp()
            where tenant = $1 and id = $2
            """;

    private static final String AUDIT_CHANGED = audit(AuditAction.WEBHOOK_CHANGED);
    private static final String AUDIT_DELETED = audit(AuditAction.WEBHOOK_DELETED);
    private static final String AUDIT_ROTATED = audit(AuditAction.WEBHOOK_SECRET_ROTATED);

    private static String audit(AuditAction action) {
        return Audit.of(action).tenant("$1").by("$2", "$3", "$4").insert();
    }

    private final Pool pool;

    EndpointRepository(Pool pool) {
        this.pool = pool;
    }

    /**
     * What waits for an endpoint.
     *
     * @param lastFailure what came of the latest attempt of an event that waits for its next one
     */
    record Backlog(long pending, Optional<String> lastFailure) {}

    Uni<Optional<Endpoint>> find(String tenant) {
        return reads(tenant).find();
    }

    /** The reads of {@code tenant}'s endpoint, each by itself. */
    ReadsRepository reads(String tenant) {
        return new ReadsRepository(pool, tenant);
    }

    /** What is read of one tenant's endpoint, within a transaction or without. */
    record ReadsRepository(SqlClient client, String tenant) {

        Uni<Optional<Endpoint>> find() {
            return client.preparedQuery(FIND).execute(Tuple.of(tenant)).map(EndpointRepository::endpoint);
        }

        Uni<List<SealedSecret>> secrets(UUID endpoint) {
            return SecretStatements.valid(client, tenant, endpoint);
        }

        Uni<Backlog> backlog(UUID endpoint) {
            return client.preparedQuery(BACKLOG)
                    .execute(Tuple.of(tenant, endpoint))
                    .map(rows -> rows.iterator().next())
                    .map(row ->
                            new Backlog(row.getLong("pending"), Optional.ofNullable(row.getString("last_failure"))));
        }

        /** The secret that a rotation with {@code idempotencyKey} has made within the last day. */
        Uni<Optional<SealedSecret>> madeBy(UUID endpoint, String idempotencyKey) {
            return client.preparedQuery(MADE_BY)
                    .execute(Tuple.of(tenant, endpoint, idempotencyKey))
                    .map(rows -> SecretStatements.secrets(rows).stream().findFirst());
        }
    }

    /** Does {@code work} in one transaction, after whoever changes the caller's tenant's endpoint at this moment. */
    <T> Uni<T> withTenantLock(Caller caller, Function<LockedRepository, Uni<T>> work) {
        return pool.withTransaction(transaction -> transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(caller.tenant()))
                .chain(() -> work.apply(new LockedRepository(transaction, caller))));
    }

    /** The statements of one turn. */
    static final class LockedRepository {

        private final SqlConnection transaction;
        private final Caller caller;

        private LockedRepository(SqlConnection transaction, Caller caller) {
            this.transaction = transaction;
            this.caller = caller;
        }

        /** The reads within this turn's transaction. */
        ReadsRepository reads() {
            return new ReadsRepository(transaction, caller.tenant());
        }

        Uni<Optional<Endpoint>> find() {
            return reads().find();
        }

        Uni<Void> insert(UUID id, String url, NewSecret secret) {
            return transaction
                    .preparedQuery(INSERT)
                    .execute(Tuple.of(id, caller.tenant(), url))
                    .chain(() -> insert(id, secret, Optional.empty()))
                    .chain(() -> audit(AUDIT_CHANGED));
        }

        Uni<Void> change(Endpoint stored, String url) {
            return run(CHANGE, Tuple.of(caller.tenant(), stored.id(), url)).chain(() -> audit(AUDIT_CHANGED));
        }

        /** Its events are left to be given up. */
        Uni<Void> delete(Endpoint stored) {
            return run(DELETE, Tuple.of(caller.tenant(), stored.id())).chain(() -> audit(AUDIT_DELETED));
        }

        /**
         * Puts {@code newSecret} in the newest one's place, which signs on for {@code overlap}.
         *
         * <p>Of the older ones the oldest stays until its own time: if the answer to a rotation was lost, that is the one
         * that the receiver knows. The others end, so that there are never more than three.
         */
        Uni<Void> rotate(Endpoint stored, NewSecret newSecret, Duration overlap, Optional<String> idempotencyKey) {
            Tuple endpoint = Tuple.of(caller.tenant(), stored.id());
            return run(DELETE_MIDDLE_SECRETS, endpoint)
                    .chain(() -> run(END_SECRET, Tuple.of(caller.tenant(), stored.id(), (double) overlap.toMillis())))
                    .chain(() -> insert(stored.id(), newSecret, idempotencyKey))
                    .chain(() -> run(RAISE, endpoint))
                    .chain(() -> audit(AUDIT_ROTATED));
        }

        /** Ends every secret but the newest. */
        Uni<Void> revokeFormer(Endpoint stored) {
            return run(DELETE_FORMER_SECRETS, Tuple.of(caller.tenant(), stored.id()));
        }

        private Uni<Void> insert(UUID endpoint, NewSecret secret, Optional<String> idempotencyKey) {
            Ciphertext sealed = secret.sealed();
            return run(INSERT_SECRET, Tuple.from(new Object[] {
                secret.id(),
                endpoint,
                caller.tenant(),
                sealed.cipher(),
                sealed.keyVersion(),
                sealed.bytes(),
                idempotencyKey.orElse(null)
            }));
        }

        private Uni<Void> audit(String statement) {
            return run(statement, Tuple.of(caller.tenant(), caller.keyId(), caller.requestId(), caller.address()));
        }

        private Uni<Void> run(String statement, Tuple values) {
            return transaction.preparedQuery(statement).execute(values).replaceWithVoid();
        }
    }

    private static Optional<Endpoint> endpoint(RowSet<Row> rows) {
        for (Row row : rows) {
            return Optional.of(new Endpoint(
                    row.getUUID("id"),
                    row.getString("tenant"),
                    row.getString("url"),
                    row.getInteger("edition"),
                    Optional.ofNullable(row.getOffsetDateTime("disabled_at")),
                    row.getOffsetDateTime("created_at"),
                    row.getOffsetDateTime("updated_at")));
        }
        return Optional.empty();
    }
}
