package dev.nexus.broker.provider.catalogue;

import dev.nexus.broker.database.DatabaseFailures;
import dev.nexus.broker.provider.ProviderRepository;
import dev.nexus.broker.provider.RegisteredProvider;
import dev.nexus.broker.provider.VersionRepository;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The catalogue's statements, all in a transaction that holds the catalogue's lock. */
@ApplicationScoped
class CatalogueRepository {

    /** The catalogue's key among the database's advisory locks: "nexuscat" in ASCII. */
    private static final long LOCK = 0x6e65787573636174L;

    private static final String FIND = ProviderRepository.SELECT + " where p.id = $1 for no key update of p";

    private static final String MARK = """
            update provider set slug = $2, catalogue_revision = $3, deleted_at = null where id = $1
            """;

    private final Pool pool;

    CatalogueRepository(Pool pool) {
        this.pool = pool;
    }

    /** Does {@code work} in one transaction, after the replica that applies the catalogue at this moment; all or none. */
    Uni<Void> withCatalogueLock(Function<EntryRepository, Uni<Void>> work) {
        return pool.withTransaction(connection -> connection
                .preparedQuery("select pg_advisory_xact_lock($1)")
                .execute(Tuple.of(LOCK))
                .chain(() -> work.apply(new EntryRepository(connection))));
    }

    /** The statements on the entries in one turn; the lock is released when its transaction ends. */
    static final class EntryRepository {

        private final SqlConnection connection;
        private final VersionRepository versions;

        private EntryRepository(SqlConnection connection) {
            this.connection = connection;
            this.versions = new VersionRepository(connection);
        }

        Uni<Optional<Applied>> find(UUID id) {
            return connection.preparedQuery(FIND).execute(Tuple.of(id)).map(rows -> {
                for (Row row : rows) {
                    return Optional.of(
                            new Applied(row.getInteger("catalogue_revision"), ProviderRepository.provider(row)));
                }
                return Optional.empty();
            });
        }

        Uni<Void> insert(CatalogueEntry entry) {
            return versions.insert(entry.id(), entry.tenant(), entry.slug(), entry.revision(), entry.definition())
                    .onFailure(DatabaseFailures::isUniqueViolation)
                    .transform(taken -> slugTaken(entry));
        }

        Uni<Void> change(CatalogueEntry entry, RegisteredProvider stored) {
            return versions.change(stored, entry.definition())
                    .chain(() -> connection
                            .preparedQuery(MARK)
                            .execute(Tuple.of(entry.id(), entry.slug(), entry.revision())))
                    .onFailure(DatabaseFailures::isUniqueViolation)
                    .transform(taken -> slugTaken(entry))
                    .replaceWithVoid();
        }

        private static CatalogueException slugTaken(CatalogueEntry entry) {
            return new CatalogueException(entry.file(), "/slug", "is taken by another provider in the registry");
        }
    }

    /**
     * What the database holds of an entry.
     *
     * @param revision null where an administrator made it
     */
    record Applied(@Nullable Integer revision, RegisteredProvider provider) {}
}
