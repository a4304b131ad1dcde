package dev.nexus.broker.webhook;

import dev.nexus.broker.webhook.WebhookEndpointRepository.Backlog;
import dev.nexus.broker.webhook.WebhookView.Validity;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows the tenant's webhook: its URL, the validity of its secrets, and its backlog. */
@ApplicationScoped
public class ShowWebhook {

    private final WebhookEndpointRepository endpoints;

    ShowWebhook(WebhookEndpointRepository endpoints) {
        this.endpoints = endpoints;
    }

    /** Fails with {@link ApiException} webhook_not_found if the tenant has no webhook. */
    public Uni<ShownWebhook> run(String tenant) {
        return endpoints
                .findDetails(tenant)
                .map(found -> found.orElseThrow(ShowWebhook::notFound).toResponse(null));
    }

    /** The parts of a webhook's view. */
    record Details(WebhookEndpoint endpoint, List<Validity> secrets, Backlog backlog) {

        /**
         * Returns the response.
         *
         * @param newSecret the signing secret to show, or null to show none
         */
        ShownWebhook toResponse(@Nullable SigningSecret newSecret) {
            return new ShownWebhook(WebhookView.of(endpoint, secrets, backlog, newSecret), endpoint.etag());
        }
    }

    static ApiException notFound() {
        return new ApiException(ErrorCode.WEBHOOK_NOT_FOUND, "No webhook exists for this tenant. Create one with PUT.");
    }
}
