package dev.nexus.broker.webhook;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Deletes the tenant's webhook and its secrets. Events that are not delivered yet fail at their next attempt. */
@ApplicationScoped
public class DeleteWebhook {

    private final WebhookEndpointRepository endpoints;

    DeleteWebhook(WebhookEndpointRepository endpoints) {
        this.endpoints = endpoints;
    }

    /** Fails with {@link ApiException} webhook_not_found or precondition_failed. */
    public Uni<Void> run(Caller caller, Precondition precondition) {
        return endpoints.withLock(caller.tenant(), stored -> {
            WebhookEndpoint endpoint = stored.orElseThrow(ShowWebhook::notFound);
            precondition.check(stored.map(WebhookEndpoint::etag), "webhook");
            return endpoints.delete(caller, endpoint);
        });
    }
}
