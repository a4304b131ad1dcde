package dev.nexus.broker.webhook.delivery;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/** Events as a claim hands them out. */
final class Deliveries {

    private Deliveries() {}

    /** The first attempt of the event {@code id}: a connection was revoked. */
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
