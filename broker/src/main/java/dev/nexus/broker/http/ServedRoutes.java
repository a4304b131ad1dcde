package dev.nexus.broker.http;

import dev.nexus.contracts.InternalApi;
import dev.nexus.runtime.KnownRoutes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;

/** The values of the path label of metrics: the path templates of {@link InternalApi}. */
class ServedRoutes {

    @Produces
    @Singleton
    KnownRoutes routes() {
        return new KnownRoutes(Routes.all().stream()
                .map(route -> route.template().toString())
                .collect(Collectors.toUnmodifiableSet()));
    }
}
