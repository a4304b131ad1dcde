package dev.nexus.broker.webhook;

import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.webhook.RotateWebhookSecret.Request;
import java.util.Optional;

/** Requests to rotate a webhook's secret. */
public final class RotationRequests {

    private static final Precondition NONE = new Precondition(null, null);

    private RotationRequests() {}

    public static Request plain() {
        return new Request(NONE, Optional.empty(), false);
    }

    public static Request revoking() {
        return new Request(NONE, Optional.empty(), true);
    }

    static Request named(String idempotencyKey) {
        return new Request(NONE, Optional.of(idempotencyKey), false);
    }

    static Request of(String etag) {
        return new Request(new Precondition(etag, null), Optional.empty(), false);
    }
}
