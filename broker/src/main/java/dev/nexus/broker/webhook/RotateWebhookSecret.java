package dev.nexus.broker.webhook;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.webhook.ShowWebhook.Found;
import dev.nexus.broker.webhook.SigningSecrets.NewSecret;
import dev.nexus.broker.webhook.WebhookEndpointRepository.Known;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Creates a new signing secret. For {@code nexus.webhook.secret-overlap}, the previous secret also signs, so that the
 * receiver can change to the new one.
 *
 * <p>Idempotent: requests with the same Idempotency-Key return the secret of the first one. Two requests without a key
 * create two secrets, and the secret that the receiver knows still signs. Reads the response in the transaction. If the
 * read fails, the secret is not stored.
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

    /** The result of the transaction. {@code repeated} is the secret of an earlier request with the same key. */
    private record Rotated(Found found, Optional<SealedSecret> repeated) {}

    /**
     * Rotates the secret. Fails with {@link ApiException} webhook_not_found, or with precondition_failed, also if a
     * later rotation has replaced the secret of the Idempotency-Key. Fails with unavailable if the cipher is
     * unavailable, or with internal if the secret of an earlier request cannot be decrypted.
     */
    public Uni<ShownWebhook> run(Caller caller, Request request) {
        return endpoints
                .known(caller.tenant(), request.idempotencyKey())
                .map(found -> found.orElseThrow(ShowWebhook::notFound))
                .flatMap(known -> secrets.create(
                                caller.tenant(), known.endpoint().id())
                        .flatMap(newSecret -> endpoints
                                .withLock(
                                        caller.tenant(),
                                        stored -> rotate(caller, known, requireSame(known, stored), newSecret, request))
                                .flatMap(rotated -> show(caller, rotated, newSecret))));
    }

    private Uni<Rotated> rotate(
            Caller caller, Known known, WebhookEndpoint stored, NewSecret newSecret, Request request) {
        return repeated(known, stored, request).flatMap(repeated -> {
            if (repeated.isPresent()) {
                return showAgain(stored, repeated.get(), request).map(found -> new Rotated(found, repeated));
            }
            request.precondition().check(Optional.of(stored.etag()), "webhook");
            Optional<Duration> validFor = request.revokePrevious() ? Optional.empty() : Optional.of(overlap);
            return endpoints
                    .rotate(caller, stored, newSecret, validFor, request.idempotencyKey())
                    .map(found -> new Rotated(found, repeated));
        });
    }

    /**
     * Each rotation increases {@code edition}. If it has not changed, no other rotation has created a secret in the
     * meantime.
     */
    private Uni<Optional<SealedSecret>> repeated(Known known, WebhookEndpoint stored, Request request) {
        boolean unchanged = known.endpoint().etag().equals(stored.etag());
        return unchanged || request.idempotencyKey().isEmpty()
                ? Uni.createFrom().item(known.repeated())
                : endpoints.secretOfKey(stored, request.idempotencyKey().get());
    }

    private Uni<Found> showAgain(WebhookEndpoint stored, SealedSecret repeated, Request request) {
        if (repeated.validUntil().isPresent()) {
            throw new ApiException(
                    ErrorCode.PRECONDITION_FAILED,
                    "Idempotency-Key: another rotation has replaced the secret of this key. Use a new key.");
        }
        Uni<Void> revoked = request.revokePrevious()
                ? endpoints.revokePrevious(stored)
                : Uni.createFrom().voidItem();
        return revoked.chain(() -> endpoints.shown(stored));
    }

    /** Decrypts the secret of a repeated request. No transaction is open while the cipher is called. */
    private Uni<ShownWebhook> show(Caller caller, Rotated rotated, NewSecret newSecret) {
        Found found = rotated.found();
        if (rotated.repeated().isEmpty()) {
            return Uni.createFrom().item(found.shown(newSecret.secret()));
        }
        return secrets.open(
                        caller.tenant(),
                        found.endpoint().id(),
                        List.of(rotated.repeated().get()))
                .map(opened -> found.shown(opened.stream()
                        .findFirst()
                        .orElseThrow(() -> new ApiException(
                                ErrorCode.INTERNAL,
                                "The stored signing secret cannot be decrypted. Rotate with a new Idempotency-Key."))));
    }

    /**
     * Requires that the endpoint was not replaced, because the binding of the new secret contains the id of the
     * endpoint.
     */
    private static WebhookEndpoint requireSame(Known known, Optional<WebhookEndpoint> stored) {
        return stored.filter(endpoint -> endpoint.id().equals(known.endpoint().id()))
                .orElseThrow(ShowWebhook::notFound);
    }
}
