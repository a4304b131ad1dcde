package dev.nexus.broker.provider;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Shows one provider, found by UUID or slug. One statement. */
@ApplicationScoped
public class ShowProvider {

    private final ProviderRepository providers;

    ShowProvider(ProviderRepository providers) {
        this.providers = providers;
    }

    /**
     * The provider's JSON body and entity tag. Fails with {@link ApiException} provider_not_found, the same for an unknown one, another
     * tenant's, and a name that is neither a UUID nor a slug.
     */
    public Uni<ShownProvider> run(String tenant, String idOrSlug) {
        return find(tenant, idOrSlug).map(found -> ShownProvider.of(found.orElseThrow(ShowProvider::notFound)));
    }

    /**
     * A change of the tenant's own providers that says provider_read_only, and not provider_not_found, of a global one. Looks
     * it up only after the change has failed, so that no transaction waits for a second connection.
     */
    <T> Uni<T> explainNotFound(Uni<T> change, String tenant, String idOrSlug) {
        return change.onFailure(failure ->
                        failure instanceof ApiException refused && refused.code() == ErrorCode.PROVIDER_NOT_FOUND)
                .recoverWithUni(() -> find(tenant, idOrSlug).map(found -> {
                    throw found.isEmpty()
                            ? notFound()
                            : new ApiException(
                                    ErrorCode.PROVIDER_READ_ONLY,
                                    "The provider belongs to all tenants and cannot be changed or deleted. To replace it for"
                                            + " your tenant, put a provider of your own under its slug");
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
        return new ApiException(ErrorCode.PROVIDER_NOT_FOUND, "There is no such provider");
    }
}
