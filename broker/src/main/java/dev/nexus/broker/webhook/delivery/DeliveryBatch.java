package dev.nexus.broker.webhook.delivery;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The events of one endpoint that a replica has claimed.
 *
 * @param target the endpoint's URL, or empty if the endpoint is disabled or deleted
 */
record DeliveryBatch(String tenant, UUID endpoint, Optional<Target> target, List<Delivery> deliveries) {

    /**
     * The URL of an endpoint, and the edition in which it was read. Never prints the URL, which can contain a secret.
     */
    record Target(String url, int edition) {
        @Override
        public String toString() {
            return "Target[***]";
        }
    }
}
