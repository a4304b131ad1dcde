package dev.nexus.broker.provider.catalogue;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Applies the catalogue before the Broker serves, and fails the start where the catalogue is invalid. */
@ApplicationScoped
class CatalogueAtStart {

    /** On a busy machine, the first connection may take longer than a caller waits for one. */
    private static final int RETRIES = 5;

    private static final Duration BACK_OFF = Duration.ofMillis(100);

    private final CatalogueLoader loader;
    private final ApplyCatalogue apply;

    CatalogueAtStart(CatalogueLoader loader, ApplyCatalogue apply) {
        this.loader = loader;
        this.apply = apply;
    }

    /** Start-up observers run on the main thread, which may wait. */
    void run(@Observes StartupEvent start) {
        apply.apply(loader.load())
                .onFailure(failure -> !(failure instanceof CatalogueException))
                .retry()
                .withBackOff(BACK_OFF)
                .atMost(RETRIES)
                .await()
                .atMost(ApplyCatalogue.LIMIT);
    }
}
