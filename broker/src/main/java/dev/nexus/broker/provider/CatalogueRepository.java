package dev.nexus.broker.provider;

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

/** Writes of the provider registry, all in a transaction that holds the catalogue's lock. */
@ApplicationScoped
class CatalogueRepository {

    /** The catalogue's key among the database's advisory locks: "nexuscat" in ASCII. */
    private static final long LOCK = 0x6e65787573636174L;

    private final Pool pool;

    CatalogueRepository(Pool pool) {
        this.pool = pool;
    }

    /** Does {@code work} in one transaction, after the replica that applies the catalogue at this moment; all or none. */
    Uni<Void> inTurn(Function<EntryRepository, Uni<Void>> work) {
        return pool.withTransaction(connection -> connection
                .preparedQuery("select pg_advisory_xact_lock($1)")
                .execute(Tuple.of(LOCK))
                .chain(() -> work.apply(new EntryRepository(connection))));
    }

    /** The statements on the entries in one turn; the lock is released when its transaction ends. */
    static final class EntryRepository {

        private final SqlConnection connection;

        private EntryRepository(SqlConnection connection) {
            this.connection = connection;
        }

        Uni<Optional<Applied>> find(UUID id) {
            return connection.preparedQuery("""
                            select p.catalogue_revision, p.schema_version, v.credential_schema, v.strategy, v.allowed_hosts
                            from provider p
                            join provider_version v on v.provider_id = p.id and v.version = p.schema_version
                            where p.id = $1
                            """).execute(Tuple.of(id)).map(rows -> {
                for (Row row : rows) {
                    return Optional.of(new Applied(
                            row.getInteger("catalogue_revision"),
                            row.getInteger("schema_version"),
                            row.getString("credential_schema"),
                            row.getString("strategy"),
                            row.getString("allowed_hosts")));
                }
                return Optional.empty();
            });
        }

        Uni<Void> insert(CatalogueEntry entry) {
            return connection
                    .preparedQuery("""
                            insert into provider (id, slug, name, auth_type, schema_version, catalogue_revision, base_url,
                                                  documentation_url)
                            values ($1, $2, $3, $4, 1, $5, $6, $7)
                            """)
                    .execute(Tuple.from(new Object[] {
                        entry.id(),
                        entry.slug(),
                        entry.name(),
                        entry.authType(),
                        entry.revision(),
                        entry.baseUrl(),
                        entry.documentationUrl()
                    }))
                    .chain(() -> insertVersion(entry, 1));
        }

        Uni<Void> insertVersion(CatalogueEntry entry, int version) {
            return connection
                    .preparedQuery("""
                            insert into provider_version (provider_id, version, credential_schema, strategy, allowed_hosts)
                            values ($1, $2, $3, $4, $5)
                            """)
                    .execute(Tuple.of(
                            entry.id(), version, entry.credentialSchema(), entry.strategy(), entry.allowedHosts()))
                    .replaceWithVoid();
        }

        Uni<Void> update(CatalogueEntry entry, int version) {
            return connection
                    .preparedQuery("""
                            update provider
                            set slug = $2, name = $3, auth_type = $4, schema_version = $5, catalogue_revision = $6,
                                base_url = $7, documentation_url = $8, updated_at = clock_timestamp()
                            where id = $1 and tenant is null
                            """)
                    .execute(Tuple.from(new Object[] {
                        entry.id(),
                        entry.slug(),
                        entry.name(),
                        entry.authType(),
                        version,
                        entry.revision(),
                        entry.baseUrl(),
                        entry.documentationUrl()
                    }))
                    .replaceWithVoid();
        }
    }

    /** What the database holds of an entry. The revision is null where it is a tenant's own provider. */
    record Applied(
            @Nullable Integer revision,
            int version,
            String credentialSchema,
            String strategy,
            @Nullable String allowedHosts) {}
}
