package dev.nexus.broker.webhook;

import dev.nexus.broker.testing.Flow;
import java.util.UUID;

/** The webhook endpoint that is stored for a tenant. */
public final class StoredEndpoint {

    private StoredEndpoint() {}

    public static UUID id(EndpointRepository endpoints, String tenant) {
        return Flow.await(endpoints.find(tenant)).orElseThrow().id();
    }
}
