package dev.nexus.broker.webhook;

import dev.nexus.broker.web.ApiException;
import dev.nexus.broker.web.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes a new signing secret, which the answer shows once. The former one signs beside it for
 * {@code nexus.webhook.secret-overlap}, so that the receiver can change over in its own time.
 */
@ApplicationScoped
public class RotateWebhookSecret {

    private final EndpointRepository endpoints;
    private final SigningSecrets secrets;
    private final ShowWebhook show;
    private final Duration overlap;

    RotateWebhookSecret(EndpointRepository endpoints, SigningSecrets secrets, ShowWebhook show, WebhookConfig config) {
        this.endpoints = endpoints;
        this.secrets = secrets;
        this.show = show;
        this.overlap = config.secretOverlap();
    }

    /**
     * Rotates. Fails with {@link ApiException} webhook_not_found, or unavailable where nothing can be sealed.
     *
     * @param revokeFormer whether the former secret ends at once, for one that has leaked
     */
    public Uni<ShownWebhook> run(Caller caller, boolean revokeFormer) {
        return endpoints
                .find(caller.tenant())
                .map(found -> found.orElseThrow(ShowWebhook::notFound))
                .flatMap(endpoint -> secrets.make(caller.tenant(), endpoint.id())
                        .flatMap(fresh -> endpoints
                                .inTurn(
                                        caller,
                                        own -> own.find()
                                                .map(stored -> same(endpoint, stored))
                                                .flatMap(stored -> own.rotate(
                                                        stored, fresh, revokeFormer ? Duration.ZERO : overlap)))
                                .chain(() -> show.run(caller.tenant(), fresh.secret()))));
    }

    /** The secret is sealed for this endpoint and no other. */
    private static Endpoint same(Endpoint known, Optional<Endpoint> stored) {
        return stored.filter(endpoint -> endpoint.id().equals(known.id())).orElseThrow(ShowWebhook::notFound);
    }
}
