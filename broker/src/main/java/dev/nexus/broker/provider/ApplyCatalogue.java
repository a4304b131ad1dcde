package dev.nexus.broker.provider;

import dev.nexus.broker.provider.CatalogueRepository.Applied;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Brings the catalogue into the registry at start: one transaction under one lock, so that replicas that start together
 * take turns. An entry takes effect under a revision higher than the stored one; an older Broker beside a newer one
 * leaves the newer entry alone. Only a change of schema, strategy or allowed hosts makes a new version, and connections
 * in flight keep theirs.
 */
@ApplicationScoped
public class ApplyCatalogue {

    private static final Logger LOG = Logger.getLogger(ApplyCatalogue.class);
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private final CatalogueLoader loader;
    private final CatalogueRepository repository;
    private final Pool pool;

    ApplyCatalogue(CatalogueLoader loader, CatalogueRepository repository, Pool pool) {
        this.loader = loader;
        this.repository = repository;
        this.pool = pool;
    }

    /** Fails the start where the catalogue is invalid. Start-up observers run on the main thread, which may wait. */
    void atStart(@Observes StartupEvent start) {
        apply(loader.load()).await().atMost(START_LIMIT);
    }

    /** Applies the entries in one transaction; all or, where one fails, none. */
    Uni<Void> apply(List<CatalogueEntry> entries) {
        return pool.withTransaction(connection -> repository
                .lock(connection)
                .chain(() -> Multi.createFrom()
                        .iterable(entries)
                        .onItem()
                        .transformToUniAndConcatenate(entry -> apply(connection, entry))
                        .collect()
                        .last()
                        .replaceWithVoid()));
    }

    private Uni<Void> apply(SqlConnection connection, CatalogueEntry entry) {
        return repository.find(connection, entry.id()).chain(found -> write(connection, entry, found));
    }

    private Uni<Void> write(SqlConnection connection, CatalogueEntry entry, Optional<Applied> found) {
        if (found.isEmpty()) {
            LOG.infof("provider %s enters the registry at revision %d", entry.slug(), entry.revision());
            return repository.insert(connection, entry);
        }
        Applied applied = found.get();
        if (applied.revision() == null) {
            return Uni.createFrom()
                    .failure(new CatalogueException(entry.file(), "/id", "belongs to a tenant's own provider"));
        }
        boolean sameContent = sameContent(entry, applied);
        if (entry.revision() <= applied.revision()) {
            if (entry.revision() == applied.revision() && !sameContent) {
                LOG.warnf(
                        "provider %s differs from the registry under the same revision %d; raise it to apply the change",
                        entry.slug(), entry.revision());
            }
            return Uni.createFrom().voidItem();
        }
        LOG.infof("provider %s changes from revision %d to %d", entry.slug(), applied.revision(), entry.revision());
        if (sameContent) {
            return repository.update(connection, entry, applied.version());
        }
        int next = applied.version() + 1;
        return repository
                .insertVersion(connection, entry, next)
                .chain(() -> repository.update(connection, entry, next));
    }

    private static boolean sameContent(CatalogueEntry entry, Applied applied) {
        return entry.credentialSchema().equals(applied.credentialSchema())
                && entry.strategy().equals(applied.strategy())
                && Objects.equals(entry.allowedHosts(), applied.allowedHosts());
    }
}
