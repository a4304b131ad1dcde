package dev.nexus.broker.webhook.delivery;

import dev.nexus.broker.outbound.GuardedAnswer;
import dev.nexus.broker.outbound.GuardedRequest;
import dev.nexus.broker.outbound.GuardedRequest.AddressRefusedException;
import dev.nexus.broker.outbound.GuardedRequests;
import dev.nexus.broker.webhook.SigningSecret;
import dev.nexus.broker.webhook.WebhookConfig;
import dev.nexus.broker.webhook.delivery.DeliveryBatch.Target;
import dev.nexus.strategy.OutgoingRequest;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Makes one attempt to send an event, in the format of Standard Webhooks. A failed attempt is an outcome, not an error.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">the
 *     specification</a>
 */
@ApplicationScoped
class SendDelivery {

    private static final Logger LOG = Logger.getLogger(SendDelivery.class);
    private static final int GONE = 410;

    private final GuardedRequest request;
    private final Duration timeout;

    SendDelivery(WebhookConfig config, GuardedRequests requests) {
        this.timeout = config.timeout();
        this.request = requests.with(new GuardedRequest.Settings(
                "nexus.webhook",
                // Twice the number of deliveries, because connections that are closing still count.
                2 * Math.max(1, config.maxCalls()),
                config.timeout(),
                config.allowedAddresses().orElse(List.of()),
                config.tlsConfigurationName()));
    }

    /** @param secrets the secrets that sign, at least one */
    Uni<DeliveryOutcome> run(Target target, Delivery delivery, List<SigningSecret> secrets) {
        return Uni.createFrom()
                .deferred(() -> request.send(prepareRequest(target, delivery, secrets)))
                .ifNoItem()
                .after(timeout)
                .fail()
                .map(SendDelivery::outcome)
                .onFailure()
                .recoverWithItem(failure -> outcome(delivery, failure));
    }

    private static OutgoingRequest prepareRequest(Target target, Delivery delivery, List<SigningSecret> secrets) {
        String id = delivery.id().toString();
        long now = Instant.now().getEpochSecond();
        String payload = delivery.payload();
        String signatures =
                secrets.stream().map(secret -> secret.sign(id, now, payload)).collect(Collectors.joining(" "));
        return OutgoingRequest.of("POST", URI.create(target.url()))
                .withHeader("Content-Type", "application/json")
                .withHeader("User-Agent", "Nexus")
                .withHeader("webhook-id", id)
                .withHeader("webhook-timestamp", String.valueOf(now))
                .withHeader("webhook-signature", signatures)
                .withBody(payload.getBytes(StandardCharsets.UTF_8));
    }

    private static DeliveryOutcome outcome(GuardedAnswer answer) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return DeliveryOutcome.DELIVERED;
        }
        return status == GONE ? DeliveryOutcome.GONE : DeliveryOutcome.REJECTED;
    }

    /** Does not log the exception's message, because it may contain the URL. */
    private static DeliveryOutcome outcome(Delivery delivery, Throwable failure) {
        if (failure instanceof AddressRefusedException) {
            LOG.warnf(
                    "A webhook event was not sent: event=%s cause=\"the host has an address that must not be called\"",
                    delivery.id());
            return DeliveryOutcome.ADDRESS_REFUSED;
        }
        if (failure instanceof TimeoutException) {
            return DeliveryOutcome.TIMEOUT;
        }
        LOG.infof(
                "A webhook event was not delivered: event=%s cause=%s",
                delivery.id(), failure.getClass().getName());
        return DeliveryOutcome.UNREACHABLE;
    }
}
