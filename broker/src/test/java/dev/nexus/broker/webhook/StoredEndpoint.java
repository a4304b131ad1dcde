package dev.nexus.broker.webhook;

import dev.nexus.broker.testing.Flow;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** The webhook endpoint that is stored for a tenant. */
@ApplicationScoped
public class StoredEndpoint {

    private final WebhookEndpointRepository endpoints;

    StoredEndpoint(WebhookEndpointRepository endpoints) {
        this.endpoints = endpoints;
    }

    public UUID id(String tenant) {
        return Flow.await(endpoints.ofTenant(tenant)).orElseThrow().id();
    }
}
