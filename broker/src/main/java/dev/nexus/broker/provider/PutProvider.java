package dev.nexus.broker.provider;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.caller.Quota;
import dev.nexus.broker.caller.QuotaConfig;
import dev.nexus.broker.http.Parameters;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.provider.UsageRepository.Usage;
import dev.nexus.broker.provider.definition.ProviderDefinition;
import dev.nexus.broker.provider.definition.ProviderForm;
import dev.nexus.broker.provider.definition.SchemaWorkers;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * Creates or replaces a provider of the caller's own tenant, in one transaction. Never changes a global provider. If
 * the slug is that of a global provider, creates a provider of the tenant. This provider replaces the global provider
 * for this tenant.
 */
@ApplicationScoped
public class PutProvider {

    private final ProviderRepository providers;
    private final ShowProvider showProvider;
    private final SchemaWorkers workers;
    private final UsageRepository usages;
    private final QuotaConfig quotas;

    PutProvider(
            ProviderRepository providers,
            ShowProvider showProvider,
            SchemaWorkers workers,
            UsageRepository usages,
            QuotaConfig quotas) {
        this.providers = providers;
        this.showProvider = showProvider;
        this.workers = workers;
        this.usages = usages;
        this.quotas = quotas;
    }

    /**
     * The outcome of the request.
     *
     * @param created false if the provider already existed
     */
    public record Put(ShownProvider provider, boolean created) {}

    /**
     * Creates or replaces the provider.
     *
     * @param idOrSlug a slug, or the UUID of a stored provider
     * @param body the definition's JSON
     * @return fails with {@link ApiException} invalid_request, precondition_failed or quota_exceeded. Fails with
     *     provider_not_found if the UUID is unknown to the tenant, and with provider_read_only if the UUID is that of a global provider.
     *     Fails with unavailable if {@link SchemaWorkers} are overloaded
     */
    public Uni<Put> run(Caller caller, String idOrSlug, Precondition precondition, byte[] body) {
        Optional<UUID> id = requireIdOrSlug(idOrSlug);
        return workers.run(caller.tenant(), () -> ProviderForm.parse(body))
                .chain(definition -> showProvider.withReadOnlyError(
                        put(caller, idOrSlug, id, precondition, definition), caller.tenant(), idOrSlug));
    }

    /**
     * Returns the JSON that {@link #run} would return, but without an id for a new provider. Writes nothing.
     *
     * @return fails as {@link #run} would
     */
    public Uni<String> preview(Caller caller, String idOrSlug, Precondition precondition, byte[] body) {
        Optional<UUID> id = requireIdOrSlug(idOrSlug);
        return workers.run(caller.tenant(), () -> ProviderForm.parse(body))
                .chain(definition -> showProvider.withReadOnlyError(
                        providers.withTenantLock(
                                caller.tenant(),
                                () -> lockToChange(caller, idOrSlug, id, precondition, definition)
                                        .call(stored -> requireQuotasForPreview(caller, stored, definition))
                                        .map(stored -> preview(caller, idOrSlug, stored, definition))),
                        caller.tenant(),
                        idOrSlug));
    }

    private static String preview(
            Caller caller, String slug, Optional<RegisteredProvider> stored, ProviderDefinition definition) {
        if (stored.isEmpty()) {
            return ProviderJson.withoutId(
                    new RegisteredProvider(new UUID(0, 0), caller.tenant(), slug, 1, 1, definition));
        }
        RegisteredProvider before = stored.get();
        int version = before.schemaVersion() + (definition.sameVersion(before.definition()) ? 0 : 1);
        return ProviderJson.one(new RegisteredProvider(
                before.id(), before.tenant(), before.slug(), version, before.edition(), definition));
    }

    private static Optional<UUID> requireIdOrSlug(String idOrSlug) {
        Optional<UUID> id = ProviderReference.uuid(idOrSlug);
        if (id.isEmpty() && !ProviderReference.isSlug(idOrSlug)) {
            throw Parameters.invalid("id", "must be a slug [a-z0-9][a-z0-9-]{0,62}, or the UUID of a provider");
        }
        return id;
    }

    private static void requireStored(Optional<RegisteredProvider> stored, Optional<UUID> id) {
        if (stored.isEmpty() && id.isPresent()) {
            throw ShowProvider.notFound();
        }
    }

    private Uni<Put> put(
            Caller caller,
            String idOrSlug,
            Optional<UUID> id,
            Precondition precondition,
            ProviderDefinition definition) {
        return providers.withTenantLock(
                caller.tenant(),
                () -> lockToChange(caller, idOrSlug, id, precondition, definition)
                        .flatMap(stored -> stored.isEmpty()
                                ? add(caller, idOrSlug, definition)
                                : change(caller, stored.get(), definition)));
    }

    /** Finds and locks the provider. Fails if the caller must not create or change it. */
    private Uni<Optional<RegisteredProvider>> lockToChange(
            Caller caller,
            String idOrSlug,
            Optional<UUID> id,
            Precondition precondition,
            ProviderDefinition definition) {
        return providers.lockToChange(caller.tenant(), idOrSlug, id).invoke(stored -> {
            requireStored(stored, id);
            precondition.check(stored.map(RegisteredProvider::etag), "provider");
            if (addsVersion(stored, definition)
                    && stored.map(RegisteredProvider::schemaVersion).orElse(0) >= quotas.versionsPerProvider()) {
                throw Quota.VERSIONS_PER_PROVIDER.exceeded(quotas.versionsPerProvider());
            }
        });
    }

    private static boolean addsVersion(Optional<RegisteredProvider> stored, ProviderDefinition definition) {
        return stored.filter(before -> definition.sameVersion(before.definition()))
                .isEmpty();
    }

    private Uni<Put> add(Caller caller, String slug, ProviderDefinition definition) {
        return providers
                .add(caller.tenant(), slug, definition)
                .call(made -> usages.auditChange(caller, made.id()).invoke(this::requireQuotas))
                .map(made -> new Put(ShownProvider.of(made), true));
    }

    private Uni<Put> change(Caller caller, RegisteredProvider stored, ProviderDefinition definition) {
        if (definition.equals(stored.definition())) {
            return Uni.createFrom().item(new Put(ShownProvider.of(stored), false));
        }
        return providers
                .change(stored, definition)
                .call(() -> usages.auditChange(caller, stored.id()).invoke(usage -> {
                    if (addsVersion(Optional.of(stored), definition)) {
                        requireSchemaBytes(usage);
                    }
                }))
                .map(made -> new Put(ShownProvider.of(made), false));
    }

    /** Fails for a preview as a change would. */
    private Uni<Void> requireQuotasForPreview(
            Caller caller, Optional<RegisteredProvider> stored, ProviderDefinition definition) {
        if (!addsVersion(stored, definition)) {
            return Uni.createFrom().voidItem();
        }
        long schema = definition.credentialSchema().getBytes(StandardCharsets.UTF_8).length;
        return usages.ofTenant(caller.tenant())
                .map(usage -> new Usage(usage.providers() + 1, usage.schemaBytes() + schema))
                .invoke(usage -> {
                    if (stored.isEmpty()) {
                        requireQuotas(usage);
                    } else {
                        requireSchemaBytes(usage);
                    }
                })
                .replaceWithVoid();
    }

    /** Checks the usage with a new provider. The transaction rolls back if a quota is exceeded. */
    private void requireQuotas(Usage usage) {
        if (usage.providers() > quotas.providers()) {
            throw Quota.PROVIDERS.exceeded(quotas.providers());
        }
        requireSchemaBytes(usage);
    }

    private void requireSchemaBytes(Usage usage) {
        if (usage.schemaBytes() > quotas.schemaBytes()) {
            throw Quota.SCHEMA_BYTES.exceeded(quotas.schemaBytes());
        }
    }
}
