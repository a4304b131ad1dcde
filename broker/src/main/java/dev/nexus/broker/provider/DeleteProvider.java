package dev.nexus.broker.provider;

import dev.nexus.broker.web.ApiException;
import dev.nexus.broker.web.Caller;
import dev.nexus.broker.web.Precondition;
import dev.nexus.contracts.ErrorCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Deletes a provider of the caller's own tenant. Its connections stop serving with the commit; the sweeper marks them as
 * revoked and destroys their ciphertexts, batch by batch.
 */
@ApplicationScoped
public class DeleteProvider {

    private final OwnProviderRepository providers;

    DeleteProvider(OwnProviderRepository providers) {
        this.providers = providers;
    }

    /**
     * Deletes the provider.
     *
     * @param force whether active connections stop serving rather than keep it
     * @return fails with {@link ApiException}: provider_not_found, precondition_failed, provider_in_use
     */
    public Uni<Void> run(Caller caller, String idOrSlug, Precondition precondition, boolean force) {
        return providers.inTurn(
                caller,
                own -> own.find(idOrSlug, ProviderReference.uuid(idOrSlug)).flatMap(stored -> {
                    RegisteredProvider provider = stored.orElseThrow(ShowProvider::notFound);
                    precondition.check(stored.map(RegisteredProvider::etag), "provider");
                    return own.activeConnections(provider).flatMap(active -> {
                        if (active > 0 && !force) {
                            throw new ApiException(
                                    ErrorCode.PROVIDER_IN_USE,
                                    "The provider has " + active
                                            + " active connections; revoke them first, or delete with force=true and"
                                            + " they stop serving");
                        }
                        return own.delete(provider);
                    });
                }));
    }
}
