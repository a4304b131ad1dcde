package dev.nexus.broker.provider.catalogue;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Applies the catalogue before the Broker serves, and fails the start where the catalogue is invalid. */
@ApplicationScoped
class CatalogueAtStart {

    private final CatalogueLoader loader;
    private final ApplyCatalogue apply;

    CatalogueAtStart(CatalogueLoader loader, ApplyCatalogue apply) {
        this.loader = loader;
        this.apply = apply;
    }

    /** Start-up observers run on the main thread, which may wait. */
    void run(@Observes StartupEvent start) {
        apply.apply(loader.load()).await().atMost(ApplyCatalogue.LIMIT);
    }
}
