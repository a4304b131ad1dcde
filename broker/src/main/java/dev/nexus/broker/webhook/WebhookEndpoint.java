package dev.nexus.broker.webhook;

import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a tenant is told. Its URL may hold a secret of the receiver's, so it does not print.
 *
 * @param edition raised with every change
 * @param disabledAt since when the receiver says that it is gone
 */
record Endpoint(
        UUID id,
        String tenant,
        String url,
        int edition,
        Optional<OffsetDateTime> disabledAt,
        OffsetDateTime createdAt,
        OffsetDateTime updatedAt) {

    /** The entity tag of this edition, quoted. */
    String etag() {
        return "\"" + id + "." + edition + "\"";
    }

    @Override
    public String toString() {
        return "Endpoint[" + id + "]";
    }
}
