package dev.nexus.broker.provider;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.provider.definition.ProviderDefinition;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** What a tenant's administrator does to the tenant's own providers; the tenant is in every statement. */
@ApplicationScoped
class OwnProviderRepository {

    /** One change of one tenant's registry at a time; held to the end of the transaction. */
    static final String LOCK = "select pg_advisory_xact_lock(hashtextextended(array['providers', $1]::text, 0))";

    private static final String OWN = ProviderRepository.SELECT + " where p.tenant = $1 and p.deleted_at is null";
    /** Waits for the captures that hold the provider's row, see CaptureStatements.LOCK. */
    static final String BY_ID = OWN + " and p.id = $2 for update of p";

    static final String BY_SLUG = OWN + " and p.slug = $2 for update of p";

    static final String ACTIVE = """
            select count(*) from connection where tenant = $1 and provider_id = $2 and status = 'active'
            """;

    static final String DELETE = """
            update provider set deleted_at = clock_timestamp(), edition = edition + 1 where tenant = $1 and id = $2
            """;

    private static final String AUDIT_CHANGED = audit(AuditAction.PROVIDER_CHANGED);
    private static final String AUDIT_DELETED = audit(AuditAction.PROVIDER_DELETED);

    private static String audit(AuditAction action) {
        return Audit.of(action).tenant("$1").provider("$2").by("$3", "$4", "$5").insert();
    }

    private final Pool pool;

    OwnProviderRepository(Pool pool) {
        this.pool = pool;
    }

    /** Does {@code work} in one transaction, after whoever changes the caller's tenant's providers at this moment. */
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
        private final VersionRepository versions;

        private LockedRepository(SqlConnection transaction, Caller caller) {
            this.transaction = transaction;
            this.caller = caller;
            this.versions = new VersionRepository(transaction);
        }

        Uni<Optional<RegisteredProvider>> find(String slug, Optional<UUID> id) {
            return transaction
                    .preparedQuery(id.isPresent() ? BY_ID : BY_SLUG)
                    .execute(Tuple.of(
                            caller.tenant(), id.<Object>map(known -> known).orElse(slug)))
                    .map(rows -> {
                        for (Row row : rows) {
                            return Optional.of(ProviderRepository.provider(row));
                        }
                        return Optional.empty();
                    });
        }

        Uni<RegisteredProvider> insert(String slug, ProviderDefinition definition) {
            UUID id = UuidCreator.getTimeOrderedEpoch();
            return versions.insert(id, caller.tenant(), slug, null, definition)
                    .chain(() -> audit(AUDIT_CHANGED, id))
                    .map(written -> new RegisteredProvider(id, caller.tenant(), slug, 1, 1, definition));
        }

        /** The provider in its new edition; the same one where nothing differs. */
        Uni<RegisteredProvider> change(RegisteredProvider stored, ProviderDefinition definition) {
            if (definition.equals(stored.definition())) {
                return Uni.createFrom().item(stored);
            }
            return versions.change(stored, definition)
                    .chain(() -> audit(AUDIT_CHANGED, stored.id()))
                    .chain(() -> find("", Optional.of(stored.id())))
                    .map(Optional::orElseThrow);
        }

        Uni<Long> activeConnections(RegisteredProvider provider) {
            return transaction
                    .preparedQuery(ACTIVE)
                    .execute(Tuple.of(caller.tenant(), provider.id()))
                    .map(rows -> rows.iterator().next().getLong(0));
        }

        Uni<Void> delete(RegisteredProvider provider) {
            return transaction
                    .preparedQuery(DELETE)
                    .execute(Tuple.of(caller.tenant(), provider.id()))
                    .chain(() -> audit(AUDIT_DELETED, provider.id()));
        }

        private Uni<Void> audit(String statement, UUID provider) {
            return transaction
                    .preparedQuery(statement)
                    .execute(Tuple.of(caller.tenant(), provider, caller.keyId(), caller.requestId(), caller.address()))
                    .replaceWithVoid();
        }
    }
}
