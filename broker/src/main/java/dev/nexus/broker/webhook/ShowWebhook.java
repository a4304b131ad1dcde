package dev.nexus.broker.webhook;

import dev.nexus.broker.webhook.EndpointRepository.Backlog;
import dev.nexus.broker.webhook.EndpointRepository.ReadsRepository;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows the tenant's webhook: where it leads, how long which secret signs, and what waits. */
@ApplicationScoped
public class ShowWebhook {

    private final EndpointRepository endpoints;

    ShowWebhook(EndpointRepository endpoints) {
        this.endpoints = endpoints;
    }

    /** Fails with {@link ApiException} webhook_not_found. */
    public Uni<ShownWebhook> run(String tenant) {
        return read(endpoints.reads(tenant)).map(found -> found.shown(null));
    }

    /** What a webhook's view is made of. */
    record Found(Endpoint endpoint, List<SealedSecret> secrets, Backlog backlog) {

        /** @param newSecret the secret that was made for it, shown this once */
        ShownWebhook shown(@Nullable SigningSecret newSecret) {
            return new ShownWebhook(WebhookView.of(endpoint, secrets, backlog, newSecret), endpoint.etag());
        }
    }

    /** Reads it; within a transaction, what the transaction has made of it. */
    static Uni<Found> read(ReadsRepository reads) {
        return reads.find()
                .map(found -> found.orElseThrow(ShowWebhook::notFound))
                .flatMap(endpoint -> reads.secrets(endpoint.id())
                        .flatMap(secrets ->
                                reads.backlog(endpoint.id()).map(backlog -> new Found(endpoint, secrets, backlog))));
    }

    static ApiException notFound() {
        return new ApiException(ErrorCode.WEBHOOK_NOT_FOUND, "There is no webhook");
    }
}
