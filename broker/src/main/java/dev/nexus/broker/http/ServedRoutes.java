package dev.nexus.broker.http;

import dev.nexus.contracts.BrokerApi;
import dev.nexus.runtime.KnownRoutes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What may stand in a metric as a path: the templates of {@link BrokerApi}. */
class ServedRoutes {

    @Produces
    @Singleton
    KnownRoutes routes() {
        String root = BrokerApi.class.getAnnotation(Path.class).value();
        return new KnownRoutes(Arrays.stream(BrokerApi.class.getMethods())
                .filter(verb -> verb.isAnnotationPresent(Path.class))
                .map(verb -> root + verb.getAnnotation(Path.class).value())
                .collect(Collectors.toUnmodifiableSet()));
    }
}
