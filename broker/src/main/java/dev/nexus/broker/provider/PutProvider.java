package dev.nexus.broker.provider;

import dev.nexus.broker.web.ApiException;
import dev.nexus.broker.web.Caller;
import dev.nexus.broker.web.Parameters;
import dev.nexus.broker.web.Precondition;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/**
 * Creates or replaces a provider of the caller's own tenant, in one transaction. A global one is never touched: its slug
 * names a new one of the tenant's own, which the tenant's callers see instead.
 */
@ApplicationScoped
public class PutProvider {

    private final OwnProviderRepository providers;

    PutProvider(OwnProviderRepository providers) {
        this.providers = providers;
    }

    /**
     * What was done.
     *
     * @param created whether there was none before
     */
    public record Put(ShownProvider provider, boolean created) {}

    /**
     * Puts the provider.
     *
     * @param idOrSlug a slug, or the UUID of one that there is
     * @param body the definition's JSON
     * @return fails with {@link ApiException}: invalid_request, provider_not_found for a UUID that is not the tenant's,
     *     precondition_failed
     */
    public Uni<Put> run(Caller caller, String idOrSlug, Precondition precondition, byte[] body) {
        Optional<UUID> id = ProviderReference.uuid(idOrSlug);
        if (id.isEmpty() && !ProviderReference.isSlug(idOrSlug)) {
            throw Parameters.invalid("id", "must be a slug [a-z0-9][a-z0-9-]{0,62}, or the UUID of a provider");
        }
        ProviderDefinition definition = ProviderForm.parse(body);
        return providers.inTurn(
                caller,
                own -> own.find(idOrSlug, id).flatMap(stored -> {
                    if (stored.isEmpty() && id.isPresent()) {
                        throw ShowProvider.notFound();
                    }
                    precondition.check(stored.map(RegisteredProvider::etag), "provider");
                    if (stored.isEmpty()) {
                        return own.insert(idOrSlug, definition).map(made -> new Put(ShownProvider.of(made), true));
                    }
                    RegisteredProvider former = stored.get();
                    return own.change(former, definition).map(made -> new Put(ShownProvider.of(made), false));
                }));
    }
}
