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
 * Brings the catalogue into the registry: one transaction under one lock, so that replicas that start together
 * take turns. An entry takes effect under a revision higher than the stored one; an older Broker beside a newer one
 * leaves the newer entry alone. Only a change of schema, strategy or allowed hosts makes a new version, and connections
 * in flight keep theirs.
 */
@ApplicationScoped
class ApplyCatalogue {

    /** The time limit, including the wait for other replicas. */
    static final Duration LIMIT = Duration.ofMinutes(1);

    private static final Logger LOG = Logger.getLogger(ApplyCatalogue.class);

    private final CatalogueRepository repository;

    ApplyCatalogue(CatalogueRepository repository) {
        this.repository = repository;
    }

    /** Applies the entries in one transaction; all or, where one fails, none. */
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
            LOG.infof("provider %s enters the registry at revision %d", entry.slug(), entry.revision());
            return repository.insert(entry);
        }
        Integer revision = stored.revision();
        RegisteredProvider provider = stored.provider();
        if (!Objects.equals(entry.tenant(), provider.tenant())) {
            return refused(entry, "belongs to another tenant's provider, or to a tenant's and not to everybody's");
        }
        if (revision == null) {
            return refused(entry, "belongs to a provider that an administrator has made");
        }
        if (entry.revision() > revision) {
            LOG.infof("provider %s changes from revision %d to %d", entry.slug(), revision, entry.revision());
            return repository.change(entry, provider);
        }
        if (entry.revision() == revision && !entry.definition().sameVersion(provider.definition())) {
            LOG.warnf(
                    "provider %s differs from the registry under the same revision %d; raise it to apply the change",
                    entry.slug(), entry.revision());
        }
        return Uni.createFrom().voidItem();
    }

    private static Uni<Void> refused(CatalogueEntry entry, String rule) {
        return Uni.createFrom().failure(new CatalogueException(entry.file(), "/id", rule));
    }
}
