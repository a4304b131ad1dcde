package dev.nexus.broker.provider;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Reads of the provider registry. A tenant sees its own providers and the global ones. */
@ApplicationScoped
public class ProviderRepository {

    public static final String SELECT = """
            select p.id, p.tenant, p.slug, p.name, p.auth_type, p.schema_version, p.edition, p.catalogue_revision,
                   v.credential_schema, v.strategy, v.allowed_hosts, v.base_url, p.documentation_url, v.verification,
                   p.page
            from provider p
            join provider_version v on v.provider_id = p.id and v.version = p.schema_version
            """;
    private static final String VISIBLE =
            SELECT + " where (p.tenant = $1 or p.tenant is null) and p.deleted_at is null";

    /** Behind $2, which was global if $3; the schema only if $5, so that it is not read in vain. */
    static final String PAGE = """
            select p.id, p.tenant is null as global, p.slug, p.name, p.auth_type, p.schema_version,
                   case when $5 then v.credential_schema end as credential_schema, v.strategy, v.allowed_hosts,
                   v.base_url, p.documentation_url, v.verification, case when $5 then p.page end as page
            from (
                (select * from provider
                 where tenant = $1 and deleted_at is null and slug > $2 order by slug limit $4)
                union all
                (select * from provider
                 where tenant is null and deleted_at is null and slug >= $2 and (slug > $2 or not $3)
                 order by slug limit $4)
            ) p
            join provider_version v on v.provider_id = p.id and v.version = p.schema_version
            order by p.slug, p.tenant nulls last
            limit $4
            """;

    private static final String BY_ID = VISIBLE + " and p.id = $2";
    private static final String BY_SLUG = VISIBLE + " and p.slug = $2 order by p.tenant nulls last limit 1";

    private final Pool pool;

    ProviderRepository(Pool pool) {
        this.pool = pool;
    }

    /**
     * What the tenant sees, by slug.
     *
     * @param limit how many at most
     * @param schemas whether each comes with its credential schema
     */
    Uni<List<ListedProvider>> page(String tenant, ProviderCursor after, int limit, boolean schemas) {
        return pool.preparedQuery(PAGE)
                .execute(Tuple.of(tenant, after.slug(), after.global(), limit, schemas))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(ProviderRepository::listed)
                        .toList());
    }

    private static ListedProvider listed(Row row) {
        return new ListedProvider(
                row.getUUID("id"),
                row.getBoolean("global"),
                row.getString("slug"),
                row.getString("name"),
                row.getString("auth_type"),
                row.getInteger("schema_version"),
                row.getString("strategy"),
                row.getString("allowed_hosts"),
                row.getString("base_url"),
                row.getString("documentation_url"),
                row.getString("verification"),
                row.getString("page"),
                row.getString("credential_schema"));
    }

    Uni<Optional<RegisteredProvider>> byId(String tenant, UUID id) {
        return pool.preparedQuery(BY_ID).execute(Tuple.of(tenant, id)).map(ProviderRepository::first);
    }

    /** The tenant's own first, then the global one. */
    Uni<Optional<RegisteredProvider>> bySlug(String tenant, String slug) {
        return pool.preparedQuery(BY_SLUG).execute(Tuple.of(tenant, slug)).map(ProviderRepository::first);
    }

    private static Optional<RegisteredProvider> first(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(ProviderRepository::provider)
                .findFirst();
    }

    /** A row of {@link #SELECT}. */
    public static RegisteredProvider provider(Row row) {
        return new RegisteredProvider(
                row.getUUID("id"),
                row.getString("tenant"),
                row.getString("slug"),
                row.getInteger("schema_version"),
                row.getInteger("edition"),
                new ProviderDefinition(
                        row.getString("name"),
                        row.getString("auth_type"),
                        row.getString("credential_schema"),
                        row.getString("strategy"),
                        row.getString("allowed_hosts"),
                        row.getString("base_url"),
                        row.getString("documentation_url"),
                        row.getString("verification"),
                        row.getString("page")));
    }
}
