package dev.nexus.broker.provider.catalogue;

import dev.nexus.broker.provider.ProviderRepository.Entry;
import dev.nexus.broker.provider.RegisteredProvider;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the catalogue into the registry at startup. All entries are written in one transaction with a lock, so that
 * replicas that start together apply the catalogue one after the other. An entry is written only if it is new or has a
 * higher revision than the stored one. Therefore, an older Broker does not overwrite the entries of a newer Broker. A
 * change of the credential schema, strategy, allowed hosts, base URL or verification creates a new version
 * ({@link ProviderDefinition#sameVersion}). Existing connections keep their version.
 */
@ApplicationScoped
class ApplyCatalogue {

    /** The time limit, including the wait for the lock. */
    static final Duration LIMIT = Duration.ofMinutes(1);

    private static final Logger LOG = Logger.getLogger(ApplyCatalogue.class);

    private final CatalogueRepository repository;

    ApplyCatalogue(CatalogueRepository repository) {
        this.repository = repository;
    }

    /**
     * Applies the entries in one transaction. If one entry fails, no entry is applied. Fails with
     * {@link CatalogueException} if an id or a slug belongs to another provider.
     */
    Uni<Void> apply(List<CatalogueEntry> entries) {
        return repository.withCatalogueLock(
                LIMIT,
                () -> repository
                        .find(entries)
                        .chain(stored -> Multi.createFrom()
                                .iterable(entries)
                                .onItem()
                                .transformToUniAndConcatenate(entry -> write(entry, stored.get(entry.id())))
                                .collect()
                                .last()
                                .replaceWithVoid()));
    }

    private Uni<Void> write(CatalogueEntry entry, @Nullable Entry stored) {
        if (stored == null) {
            LOG.infof("Catalogue provider added: slug=%s revision=%d", entry.slug(), entry.revision());
            return repository.insert(entry);
        }
        Integer revision = stored.revision();
        RegisteredProvider provider = stored.provider();
        if (!Objects.equals(entry.tenant(), provider.tenant())) {
            return refuse(entry, "belongs to a provider of another tenant or to a global provider. Use a new id.");
        }
        if (revision == null) {
            return refuse(entry, "belongs to a provider that an administrator created. Use a new id.");
        }
        if (entry.revision() > revision) {
            LOG.infof(
                    "Catalogue provider changed: slug=%s old_revision=%d revision=%d",
                    entry.slug(), revision, entry.revision());
            return repository.change(entry, provider);
        }
        if (entry.revision() == revision && !entry.definition().sameVersion(provider.definition())) {
            LOG.warnf(
                    "Catalogue provider differs from the registry: slug=%s revision=%d. Increase the revision.",
                    entry.slug(), entry.revision());
        }
        return Uni.createFrom().voidItem();
    }

    private static Uni<Void> refuse(CatalogueEntry entry, String rule) {
        return Uni.createFrom().failure(new CatalogueException(entry.file(), "/id", rule));
    }
}
