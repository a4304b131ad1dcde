package dev.nexus.broker.provider;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a provider and its versions are written, within a transaction that its caller holds. A version is never changed or
 * deleted: connections name theirs.
 */
public final class VersionRepository {

    private static final String INSERT = """
            insert into provider (id, tenant, slug, name, auth_type, schema_version, catalogue_revision, base_url,
                                  documentation_url, page)
            values ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9)
            """;

    private static final String INSERT_VERSION = """
            insert into provider_version (provider_id, version, credential_schema, strategy, allowed_hosts, base_url,
                                          verification)
            values ($1, $2, $3, $4, $5, $6, $7)
            """;

    private static final String UPDATE = """
            update provider
            set name = $2, auth_type = $3, schema_version = $4, base_url = $5, documentation_url = $6, page = $7,
                edition = edition + 1, updated_at = clock_timestamp()
            where id = $1
            """;

    private final SqlConnection transaction;

    public VersionRepository(SqlConnection transaction) {
        this.transaction = transaction;
    }

    /** A new provider with its first version. */
    public Uni<Void> insert(
            UUID id,
            @Nullable String tenant,
            String slug,
            @Nullable Integer catalogueRevision,
            ProviderDefinition definition) {
        return transaction
                .preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    id,
                    tenant,
                    slug,
                    definition.name(),
                    definition.authType(),
                    catalogueRevision,
                    definition.baseUrl(),
                    definition.documentationUrl(),
                    definition.page()
                }))
                .chain(() -> insertVersion(id, 1, definition));
    }

    /** Another definition for a stored provider: a new version only where connections in flight would feel it. */
    public Uni<Void> change(RegisteredProvider stored, ProviderDefinition definition) {
        boolean same = definition.sameVersion(stored.definition());
        int version = same ? stored.schemaVersion() : stored.schemaVersion() + 1;
        Uni<Void> inserted = same ? Uni.createFrom().voidItem() : insertVersion(stored.id(), version, definition);
        return inserted.chain(() -> transaction.preparedQuery(UPDATE).execute(Tuple.from(new Object[] {
                    stored.id(),
                    definition.name(),
                    definition.authType(),
                    version,
                    definition.baseUrl(),
                    definition.documentationUrl(),
                    definition.page()
                })))
                .replaceWithVoid();
    }

    private Uni<Void> insertVersion(UUID id, int version, ProviderDefinition definition) {
        return transaction
                .preparedQuery(INSERT_VERSION)
                .execute(Tuple.from(new Object[] {
                    id,
                    version,
                    definition.credentialSchema(),
                    definition.strategy(),
                    definition.allowedHosts(),
                    definition.baseUrl(),
                    definition.verification()
                }))
                .replaceWithVoid();
    }
}
