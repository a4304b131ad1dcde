package dev.nexus.broker.provider.catalogue;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Applies the catalogue before the Broker accepts requests. An invalid catalogue stops the startup. */
@ApplicationScoped
class CatalogueAtStart {

    /** On a busy machine, the first database connection can take longer than the time limit for a connection. */
    private static final int RETRIES = 5;

    private static final Duration BACK_OFF = Duration.ofMillis(100);

    private final CatalogueLoader loader;
    private final ApplyCatalogue apply;

    CatalogueAtStart(CatalogueLoader loader, ApplyCatalogue apply) {
        this.loader = loader;
        this.apply = apply;
    }

    /** Blocks. Startup observers run on the main thread, which may block. */
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
