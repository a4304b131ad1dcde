package dev.nexus.broker.webhook.delivery;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/** Creates claimed deliveries for tests. */
final class Deliveries {

    private Deliveries() {}

    /** The first attempt to deliver {@code id}, an event of the type connection.revoked. */
    static Delivery claimed(UUID id) {
        return new Delivery(
                id,
                1,
                "connection.revoked",
                OffsetDateTime.now(ZoneOffset.UTC),
                UUID.randomUUID(),
                "w",
                UUID.randomUUID(),
                null,
                "",
                "revoked",
                null);
    }
}
