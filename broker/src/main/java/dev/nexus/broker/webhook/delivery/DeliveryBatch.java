package dev.nexus.broker.webhook.delivery;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Events that one replica has claimed for one endpoint.
 *
 * @param target where they go; empty where the endpoint is disabled, or deleted
 */
record DeliveryBatch(String tenant, UUID endpoint, Optional<Target> target, List<Delivery> deliveries) {

    /** Where an endpoint is, and in which edition that was read. Does not print: a URL may hold a receiver's secret. */
    record Target(String url, int edition) {
        @Override
        public String toString() {
            return "Target[***]";
        }
    }
}
