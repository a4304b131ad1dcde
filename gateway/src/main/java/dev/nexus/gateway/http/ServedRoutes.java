package dev.nexus.gateway.http;

import dev.nexus.runtime.KnownRoutes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Restricts the paths in metric labels to the templates of {@link Route}. */
class ServedRoutes {

    @Produces
    @Singleton
    KnownRoutes routes() {
        return new KnownRoutes(Route.templates());
    }
}
