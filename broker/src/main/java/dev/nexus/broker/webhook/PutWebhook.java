package dev.nexus.broker.webhook;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.webhook.EndpointRepository.LockedRepository;
import dev.nexus.broker.webhook.SigningSecrets.NewSecret;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sets where the tenant is told. The first time makes a signing secret, which the answer shows once; it is sealed before the
 * transaction begins.
 */
@ApplicationScoped
public class PutWebhook {

    private static final String NOUN = "webhook";

    private final EndpointRepository endpoints;
    private final SigningSecrets secrets;

    PutWebhook(EndpointRepository endpoints, SigningSecrets secrets) {
        this.endpoints = endpoints;
        this.secrets = secrets;
    }

    /**
     * What was done.
     *
     * @param created whether there was none before
     */
    public record Put(ShownWebhook webhook, boolean created) {}

    /** A new endpoint's id and first secret. */
    private record Prepared(UUID id, NewSecret secret) {}

    /** Fails with {@link ApiException} invalid_request, precondition_failed, or unavailable where nothing can be sealed. */
    public Uni<Put> run(Caller caller, Precondition precondition, byte[] body) {
        String url = WebhookForm.url(body);
        return endpoints
                .find(caller.tenant())
                .flatMap(found -> {
                    precondition.check(found.map(Endpoint::etag), NOUN);
                    return found.isPresent()
                            ? Uni.createFrom().item(Optional.<Prepared>empty())
                            : prepare(caller.tenant()).map(Optional::of);
                })
                .flatMap(prepared -> endpoints.withTenantLock(
                        caller,
                        own -> put(own, precondition, url, prepared.orElse(null))
                                // In the transaction: no secret is made without an answer to show it.
                                .flatMap(made -> ShowWebhook.read(own.reads())
                                        .map(found -> new Put(
                                                found.shown(made.map(NewSecret::secret)
                                                        .orElse(null)),
                                                made.isPresent())))));
    }

    private Uni<Prepared> prepare(String tenant) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        return secrets.make(tenant, id).map(secret -> new Prepared(id, secret));
    }

    /** The secret of an endpoint that was made. */
    private static Uni<Optional<NewSecret>> put(
            LockedRepository own, Precondition precondition, String url, @Nullable Prepared prepared) {
        return own.find().flatMap(stored -> {
            precondition.check(stored.map(Endpoint::etag), NOUN);
            if (stored.isPresent()) {
                Endpoint former = stored.get();
                boolean same = former.url().equals(url) && former.disabledAt().isEmpty();
                return (same ? Uni.createFrom().voidItem() : own.change(former, url)).replaceWith(Optional.empty());
            }
            if (prepared == null) {
                throw new ApiException(ErrorCode.UNAVAILABLE, "The webhook was deleted at this moment; try again");
            }
            return own.insert(prepared.id(), url, prepared.secret()).replaceWith(Optional.of(prepared.secret()));
        });
    }
}
