package dev.nexus.broker.provider;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Deletes a provider of the caller's own tenant. From the commit on, token reads of its connections fail. The sweeper
 * revokes the connections and deletes their credentials in batches.
 */
@ApplicationScoped
public class DeleteProvider {

    private final ProviderRepository providers;
    private final ShowProvider showProvider;

    DeleteProvider(ProviderRepository providers, ShowProvider showProvider) {
        this.providers = providers;
        this.showProvider = showProvider;
    }

    /**
     * Deletes the provider.
     *
     * @param force true to delete the provider even if it has active connections
     * @return completes when the provider is deleted. Fails with {@link ApiException} provider_not_found,
     *     provider_read_only if the provider is global, precondition_failed, or provider_in_use if the provider has
     *     active connections and {@code force} is false
     */
    public Uni<Void> run(Caller caller, String idOrSlug, Precondition precondition, boolean force) {
        Uni<Void> deletion = providers.withTenantLock(
                caller.tenant(),
                () -> providers
                        .lockToDelete(caller.tenant(), idOrSlug, ProviderReference.uuid(idOrSlug))
                        .flatMap(stored -> {
                            Provider provider = stored.orElseThrow(ShowProvider::notFound);
                            precondition.check(stored.map(Provider::etag), "provider");
                            return providers
                                    .activeConnections(caller.tenant(), provider)
                                    .flatMap(active -> {
                                        if (active > 0 && !force) {
                                            throw new ApiException(
                                                    ErrorCode.PROVIDER_IN_USE,
                                                    "The provider has " + active
                                                            + " active connections. Revoke them first, or delete with"
                                                            + " force=true, which also revokes them.");
                                        }
                                        return providers.delete(caller, provider);
                                    });
                        }));
        return showProvider.withReadOnlyError(deletion, caller.tenant(), idOrSlug);
    }
}
