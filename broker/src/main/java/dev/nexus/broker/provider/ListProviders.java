package dev.nexus.broker.provider;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Lists the providers that a tenant may use: its own and the global ones, by slug. One statement. */
@ApplicationScoped
public class ListProviders {

    private final ProviderRepository providers;

    ListProviders(ProviderRepository providers) {
        this.providers = providers;
    }

    /** The JSON body {@code {"providers": […]}}. */
    public Uni<String> run(String tenant) {
        return providers.list(tenant).map(ProviderJson::list);
    }
}
