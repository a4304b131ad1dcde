package dev.nexus.broker.http;

import dev.nexus.contracts.InternalApi;
import dev.nexus.runtime.KnownRoutes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The values of the path label of metrics: the path templates of {@link InternalApi}. */
class ServedRoutes {

    @Produces
    @Singleton
    KnownRoutes routes() {
        return new KnownRoutes(InternalApi.FEATURES.stream()
                .flatMap(feature -> Arrays.stream(feature.getMethods()))
                .map(route -> InternalApi.ROOT + route.getAnnotation(Path.class).value())
                .collect(Collectors.toUnmodifiableSet()));
    }
}
