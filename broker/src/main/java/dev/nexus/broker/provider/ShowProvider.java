package dev.nexus.broker.provider;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Finds one provider by UUID or slug. */
@ApplicationScoped
public class ShowProvider {

    private final ProviderRepository providers;

    ShowProvider(ProviderRepository providers) {
        this.providers = providers;
    }

    /**
     * Returns the provider's JSON body and ETag. Fails with {@link ApiException} provider_not_found, also for a
     * provider of another tenant and for a name that is neither a UUID nor a slug. Runs at most one statement.
     */
    public Uni<ShownProvider> run(String tenant, String idOrSlug) {
        return find(tenant, idOrSlug).map(found -> ShownProvider.of(found.orElseThrow(ShowProvider::notFound)));
    }

    /**
     * Runs a change of one of the tenant's own providers. Converts provider_not_found to provider_read_only if the
     * provider is global. Looks for the global provider only after the change has failed, so that no transaction waits
     * for a second connection.
     */
    <T> Uni<T> withReadOnlyError(Uni<T> change, String tenant, String idOrSlug) {
        return change.onFailure(failure ->
                        failure instanceof ApiException refused && refused.code() == ErrorCode.PROVIDER_NOT_FOUND)
                .recoverWithUni(() -> find(tenant, idOrSlug).map(found -> {
                    throw found.isEmpty()
                            ? notFound()
                            : new ApiException(
                                    ErrorCode.PROVIDER_READ_ONLY,
                                    "The provider belongs to all tenants, so this tenant cannot change or delete it."
                                            + " To replace it for this tenant, create a provider with the same slug.");
                }));
    }

    private Uni<Optional<RegisteredProvider>> find(String tenant, String idOrSlug) {
        Optional<UUID> id = ProviderReference.uuid(idOrSlug);
        if (id.isPresent()) {
            return providers.byId(tenant, id.get());
        }
        return ProviderReference.isSlug(idOrSlug)
                ? providers.bySlug(tenant, idOrSlug)
                : Uni.createFrom().item(Optional.empty());
    }

    static ApiException notFound() {
        return new ApiException(
                ErrorCode.PROVIDER_NOT_FOUND, "No provider with this id or slug exists for this tenant");
    }
}
