package dev.nexus.broker.webhook;

import dev.nexus.broker.webhook.WebhookEndpointRepository.Backlog;
import dev.nexus.broker.webhook.WebhookView.Validity;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows the tenant's webhook: where it leads, how long which secret signs, and what waits. */
@ApplicationScoped
public class ShowWebhook {

    private final WebhookEndpointRepository endpoints;

    ShowWebhook(WebhookEndpointRepository endpoints) {
        this.endpoints = endpoints;
    }

    /** Fails with {@link ApiException} webhook_not_found. */
    public Uni<ShownWebhook> run(String tenant) {
        return endpoints
                .show(tenant)
                .map(found -> found.orElseThrow(ShowWebhook::notFound).shown(null));
    }

    /** What a webhook's view is made of. */
    record Found(WebhookEndpoint endpoint, List<Validity> secrets, Backlog backlog) {

        /** @param newSecret the secret that was created for it, shown only in this response */
        ShownWebhook shown(@Nullable SigningSecret newSecret) {
            return new ShownWebhook(WebhookView.of(endpoint, secrets, backlog, newSecret), endpoint.etag());
        }
    }

    static ApiException notFound() {
        return new ApiException(ErrorCode.WEBHOOK_NOT_FOUND, "There is no webhook");
    }
}
