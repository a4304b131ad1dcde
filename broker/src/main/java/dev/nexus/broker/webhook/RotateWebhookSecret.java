package dev.nexus.broker.webhook;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.webhook.ShowWebhook.Details;
import dev.nexus.broker.webhook.SigningSecrets.NewSecret;
import dev.nexus.broker.webhook.WebhookEndpointRepository.RotationStart;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Creates a new signing secret. For the time {@code nexus.webhook.secret-overlap}, the previous secret also signs, so
 * that the receiver can change to the new secret.
 *
 * <p>Idempotent: requests with the same Idempotency-Key return the secret of the first of them. Two requests without a
 * key create two secrets, and the secret that the receiver knows still signs. Reads the response in the transaction. If
 * the read fails, the secret is not stored.
 */
@ApplicationScoped
public class RotateWebhookSecret {

    private final WebhookEndpointRepository endpoints;
    private final SigningSecrets secrets;
    private final Duration overlap;

    RotateWebhookSecret(WebhookEndpointRepository endpoints, SigningSecrets secrets, WebhookConfig config) {
        this.endpoints = endpoints;
        this.secrets = secrets;
        this.overlap = config.secretOverlap();
    }

    /**
     * A request for a rotation.
     *
     * @param idempotencyKey identifies the rotation for 24 hours
     * @param revokePrevious true to delete the previous secrets immediately, for example if one has leaked
     */
    public record Request(Precondition precondition, Optional<String> idempotencyKey, boolean revokePrevious) {}

    /** The result of the transaction. {@code earlierSecret} is the secret of an earlier request with the same key. */
    private record Rotated(Details details, Optional<SealedSecret> earlierSecret) {}

    /**
     * Rotates the secret. Fails with {@link ApiException} webhook_not_found, or with precondition_failed, also if a
     * later rotation has replaced the secret of the Idempotency-Key. Fails with unavailable if the cipher is
     * unavailable, or with internal if the secret of an earlier request cannot be decrypted.
     */
    public Uni<ShownWebhook> run(Caller caller, Request request) {
        return endpoints
                .findForRotation(caller.tenant(), request.idempotencyKey())
                .map(found -> found.orElseThrow(ShowWebhook::notFound))
                .flatMap(start -> secrets.create(
                                caller.tenant(), start.endpoint().id())
                        .flatMap(newSecret -> endpoints
                                .withLock(
                                        caller.tenant(),
                                        stored -> rotate(caller, start, requireSame(start, stored), newSecret, request))
                                .flatMap(rotated -> show(caller, rotated, newSecret))));
    }

    private Uni<Rotated> rotate(
            Caller caller, RotationStart start, WebhookEndpoint stored, NewSecret newSecret, Request request) {
        return findEarlierSecret(start, stored, request).flatMap(earlierSecret -> {
            if (earlierSecret.isPresent()) {
                return showAgain(stored, earlierSecret.get(), request)
                        .map(details -> new Rotated(details, earlierSecret));
            }
            request.precondition().check(Optional.of(stored.etag()), "webhook");
            Optional<Duration> validFor = request.revokePrevious() ? Optional.empty() : Optional.of(overlap);
            return endpoints
                    .rotate(caller, stored, newSecret, validFor, request.idempotencyKey())
                    .map(details -> new Rotated(details, earlierSecret));
        });
    }

    /**
     * Each rotation increases {@code edition}. If it has not changed, no other rotation has created a secret in the
     * meantime.
     */
    private Uni<Optional<SealedSecret>> findEarlierSecret(
            RotationStart start, WebhookEndpoint stored, Request request) {
        boolean unchanged = start.endpoint().etag().equals(stored.etag());
        return unchanged || request.idempotencyKey().isEmpty()
                ? Uni.createFrom().item(start.earlierSecret())
                : endpoints.secretOfKey(stored, request.idempotencyKey().get());
    }

    private Uni<Details> showAgain(WebhookEndpoint stored, SealedSecret earlierSecret, Request request) {
        if (earlierSecret.validUntil().isPresent()) {
            throw new ApiException(
                    ErrorCode.PRECONDITION_FAILED,
                    "Idempotency-Key: another rotation has replaced the webhook secret that the first request with this"
                            + " Idempotency-Key created. Send a new Idempotency-Key.");
        }
        Uni<Void> revoked = request.revokePrevious()
                ? endpoints.revokePrevious(stored)
                : Uni.createFrom().voidItem();
        return revoked.chain(() -> endpoints.details(stored));
    }

    /** Decrypts the secret of a repeated request. No transaction is open while the cipher is called. */
    private Uni<ShownWebhook> show(Caller caller, Rotated rotated, NewSecret newSecret) {
        Details details = rotated.details();
        if (rotated.earlierSecret().isEmpty()) {
            return Uni.createFrom().item(details.toResponse(newSecret.secret()));
        }
        return secrets.open(
                        caller.tenant(),
                        details.endpoint().id(),
                        List.of(rotated.earlierSecret().get()))
                .map(opened -> details.toResponse(opened.stream()
                        .findFirst()
                        .orElseThrow(() -> new ApiException(
                                ErrorCode.INTERNAL,
                                "The stored signing secret cannot be decrypted. Rotate with a new Idempotency-Key."))));
    }

    /**
     * Requires that the endpoint was not replaced, because the binding of the new secret contains the id of the
     * endpoint.
     */
    private static WebhookEndpoint requireSame(RotationStart start, Optional<WebhookEndpoint> stored) {
        return stored.filter(endpoint -> endpoint.id().equals(start.endpoint().id()))
                .orElseThrow(ShowWebhook::notFound);
    }
}
