package dev.nexus.broker.provider;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.database.EntityTransactions;
import dev.nexus.broker.provider.definition.ProviderDefinition;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The provider registry. A tenant sees its own providers and the global ones, and changes only its own. A version never
 * changes, because connections refer to it. Only the erasure of a tenant deletes versions.
 */
@ApplicationScoped
public class ProviderRepository implements PanacheRepositoryBase<Provider, UUID> {

    private static final String CURRENT = """
            select p, v from Provider p join ProviderVersion v on v.providerId = p.id and v.version = p.schemaVersion
            """;

    private static final String VISIBLE =
            CURRENT + " where (p.tenant = :tenant or p.tenant is null) and p.deletedAt is null";

    private static final String BY_ID = VISIBLE + " and p.id = :id";
    private static final String BY_SLUG = VISIBLE + " and p.slug = :slug order by p.tenant nulls last limit 1";

    /** Selects the page after the provider with the slug :slug, which is global if :global is true. */
    static final String PAGE = """
            select p.id, p.tenant is null as global, p.slug, p.name, p.auth_type, p.schema_version,
                   case when :schemas then v.credential_schema end as credential_schema, v.strategy, v.allowed_hosts,
                   v.base_url, p.documentation_url, v.verification, case when :schemas then p.page end as page
            from (
                (select * from provider
                 where tenant = :tenant and deleted_at is null and slug > :slug order by slug limit :limit)
                union all
                (select * from provider
                 where tenant is null and deleted_at is null and slug >= :slug and (slug > :slug or not :global)
                 order by slug limit :limit)
            ) p
            join provider_version v on v.provider_id = p.id and v.version = p.schema_version
            order by p.slug, p.tenant nulls last
            limit :limit
            """;

    /** Serializes the changes of one tenant's registry. The transaction holds the lock until it ends. */
    static final String LOCK_TENANT = """
            select 1 from pg_advisory_xact_lock(hashtextextended(cast(array['providers', :tenant] as text), 0))
            """;

    private static final String OWN = CURRENT + " where p.tenant = :tenant and p.deletedAt is null";
    private static final String OWN_BY_ID = OWN + " and p.id = :key";
    private static final String OWN_BY_SLUG = OWN + " and p.slug = :key";

    /**
     * Waits for captures that lock the provider's row, see CaptureStatements.CLAIM. PESSIMISTIC_WRITE is not enough.
     * Hibernate renders it as "for no key update", which does not wait for a capture's "for key share". For the same
     * reason, a capture with an older snapshot would not notice the deletion.
     */
    private static final String LOCK_TO_DELETE =
            "select id from provider where tenant = :tenant and deleted_at is null and %s = :key for update";

    static final String LOCK_TO_DELETE_BY_ID = LOCK_TO_DELETE.formatted("id");
    static final String LOCK_TO_DELETE_BY_SLUG = LOCK_TO_DELETE.formatted("slug");

    static final String ACTIVE = """
            select count(*) from connection where tenant = :tenant and provider_id = :provider and status = 'active'
            """;

    /** Uses PostgreSQL's clock, like the times of connections. */
    static final String DELETE = """
            update provider set deleted_at = clock_timestamp(), edition = edition + 1
            where tenant = :tenant and id = :provider
            """;

    private static final String AUDIT_DELETED = audit(AuditAction.PROVIDER_DELETED);

    private final EntityTransactions transactions;

    ProviderRepository(EntityTransactions transactions) {
        this.transactions = transactions;
    }

    private static String audit(AuditAction action) {
        return Audit.of(action).byCaller().provider(":provider").insert();
    }

    /**
     * Lists the providers that the tenant can use, sorted by slug.
     *
     * @param limit the maximum number of providers
     * @param schemas true to read the credential schemas and the texts of the hosted page
     */
    Uni<List<ListedProvider>> page(String tenant, ProviderCursor after, int limit, boolean schemas) {
        return transactions.read(() -> Panache.getSession()
                .chain(session -> session.createNativeQuery(
                                PAGE, session.getResultSetMapping(ListedProvider.class, Provider.LISTED))
                        .setParameter("tenant", tenant)
                        .setParameter("slug", after.slug())
                        .setParameter("global", after.global())
                        .setParameter("limit", limit)
                        .setParameter("schemas", schemas)
                        .getResultList()));
    }

    Uni<Optional<RegisteredProvider>> byId(String tenant, UUID id) {
        return visible(tenant, BY_ID, Map.of("tenant", tenant, "id", id));
    }

    /** Finds the tenant's own provider with this slug, or else the global one. */
    Uni<Optional<RegisteredProvider>> bySlug(String tenant, String slug) {
        return visible(tenant, BY_SLUG, Map.of("tenant", tenant, "slug", slug));
    }

    private Uni<Optional<RegisteredProvider>> visible(String tenant, String query, Map<String, Object> parameters) {
        return transactions
                .read(tenant, () -> findFirst(query, parameters, LockModeType.NONE))
                .map(row -> row.map(ProviderRepository::registered));
    }

    private static RegisteredProvider registered(Object[] row) {
        return ((Provider) row[0]).with((ProviderVersion) row[1]);
    }

    /** Runs {@code work} in one transaction. Waits for a concurrent change of the tenant's providers to end. */
    <T> Uni<T> withTenantLock(String tenant, Supplier<Uni<T>> work) {
        return transactions.write(
                tenant,
                () -> Panache.getSession()
                        .chain(session -> session.createNativeQuery(LOCK_TENANT, Integer.class)
                                .setParameter("tenant", tenant)
                                .getSingleResult())
                        .chain(locked -> work.get()));
    }

    /**
     * Finds the tenant's own provider by {@code id}, or by {@code slug} if {@code id} is empty. Locks the provider and
     * its current version until the transaction ends.
     */
    Uni<Optional<RegisteredProvider>> lockToChange(String tenant, String slug, Optional<UUID> id) {
        return findFirst(
                        id.isPresent() ? OWN_BY_ID : OWN_BY_SLUG, key(tenant, slug, id), LockModeType.PESSIMISTIC_WRITE)
                .map(row -> row.map(ProviderRepository::registered));
    }

    private static Map<String, Object> key(String tenant, String slug, Optional<UUID> id) {
        return Map.of("tenant", tenant, "key", id.<Object>map(known -> known).orElse(slug));
    }

    private static Uni<Optional<Object[]>> findFirst(String query, Map<String, Object> parameters, LockModeType lock) {
        return Panache.getSession()
                .chain(session -> {
                    Mutiny.SelectionQuery<Object[]> select =
                            session.createQuery(query, Object[].class).setLockMode(lock);
                    parameters.forEach(select::setParameter);
                    return select.getResultList();
                })
                .map(rows -> rows.stream().findFirst());
    }

    /** Finds the tenant's own provider, and locks it against changes and captures until the transaction ends. */
    Uni<Optional<Provider>> lockToDelete(String tenant, String slug, Optional<UUID> id) {
        return Panache.getSession()
                .chain(session -> {
                    Mutiny.SelectionQuery<UUID> select = session.createNativeQuery(
                            id.isPresent() ? LOCK_TO_DELETE_BY_ID : LOCK_TO_DELETE_BY_SLUG, UUID.class);
                    key(tenant, slug, id).forEach(select::setParameter);
                    return select.getSingleResultOrNull();
                })
                .chain(found -> found == null ? Uni.createFrom().nullItem() : findById(found))
                .map(Optional::ofNullable);
    }

    /** Adds a provider of the tenant, without an audit event. */
    Uni<RegisteredProvider> add(String tenant, String slug, ProviderDefinition definition) {
        return add(UuidCreator.getTimeOrderedEpoch(), tenant, slug, null, definition);
    }

    private Uni<RegisteredProvider> add(
            UUID id, @Nullable String tenant, String slug, @Nullable Integer revision, ProviderDefinition definition) {
        Provider made = new Provider(id, tenant, slug, revision, definition);
        return persist(made)
                .call(() -> addVersion(id, 1, definition))
                .call(this::flush)
                .map(stored -> stored.registered(definition));
    }

    private static Uni<Void> addVersion(UUID id, int version, ProviderDefinition definition) {
        return Panache.getSession().chain(session -> session.persist(new ProviderVersion(id, version, definition)));
    }

    /** Replaces the definition of a locked provider, without an audit event. Returns the changed provider. */
    Uni<RegisteredProvider> change(RegisteredProvider stored, ProviderDefinition definition) {
        return findById(stored.id())
                .call(provider -> define(provider, stored, definition))
                .map(provider -> provider.registered(definition));
    }

    /** Replaces the definition. Adds a version only if {@link ProviderDefinition#sameVersion} is false. */
    private Uni<Void> define(Provider provider, RegisteredProvider stored, ProviderDefinition definition) {
        boolean same = definition.sameVersion(stored.definition());
        int version = stored.schemaVersion() + (same ? 0 : 1);
        provider.define(version, definition);
        Uni<Void> added = same ? Uni.createFrom().voidItem() : addVersion(stored.id(), version, definition);
        return added.chain(this::flush);
    }

    Uni<Long> activeConnections(String tenant, Provider provider) {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(ACTIVE, Long.class)
                        .setParameter("tenant", tenant)
                        .setParameter("provider", provider.id())
                        .getSingleResult());
    }

    /** Deletes a locked provider of the caller's own tenant. */
    Uni<Void> delete(Caller caller, Provider provider) {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(DELETE)
                        .setParameter("tenant", caller.tenant())
                        .setParameter("provider", provider.id())
                        .executeUpdate())
                .chain(() -> audit(AUDIT_DELETED, caller, provider.id()));
    }

    private static Uni<Void> audit(String insert, Caller caller, UUID provider) {
        return Panache.getSession()
                .chain(session -> {
                    Mutiny.MutationQuery event = session.createNativeQuery(insert);
                    Audit.parameters(caller).forEach(event::setParameter);
                    return event.setParameter("provider", provider).executeUpdate();
                })
                .replaceWithVoid();
    }

    /** The stored provider of a catalogue entry. The revision is null if an administrator created the provider. */
    public record Entry(@Nullable Integer revision, RegisteredProvider provider) {}

    /**
     * Finds the providers of catalogue entries by id, including deleted ones, without a lock: {@link #changeEntry}
     * fails if another transaction has changed a provider. Does not use HQL, whose parser would delay the startup.
     */
    public Uni<Map<UUID, Entry>> entries(List<UUID> ids) {
        return Panache.getSession()
                .chain(session -> session.find(Provider.class, ids.toArray())
                        .map(found -> found.stream().filter(Objects::nonNull).toList())
                        .chain(providers -> session.find(
                                        ProviderVersion.class,
                                        providers.stream()
                                                .map(Provider::currentVersion)
                                                .toArray())
                                .map(versions -> entries(providers, versions))));
    }

    private static Map<UUID, Entry> entries(List<Provider> providers, List<ProviderVersion> versions) {
        Map<UUID, Entry> entries = new HashMap<>();
        for (int i = 0; i < providers.size(); i++) {
            Provider provider = providers.get(i);
            entries.put(provider.id(), new Entry(provider.catalogueRevision(), provider.with(versions.get(i))));
        }
        return entries;
    }

    public Uni<Void> addEntry(
            UUID id, @Nullable String tenant, String slug, int revision, ProviderDefinition definition) {
        return add(id, tenant, slug, revision, definition).replaceWithVoid();
    }

    public Uni<Void> changeEntry(RegisteredProvider stored, String slug, int revision, ProviderDefinition definition) {
        return findById(stored.id())
                .invoke(provider -> provider.applyEntry(slug, revision))
                .chain(provider -> define(provider, stored, definition));
    }
}
