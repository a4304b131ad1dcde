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
 * Makes a new signing secret. The previous one signs beside it for {@code nexus.webhook.secret-overlap}, so that the
 * receiver can change over in its own time.
 *
 * <p>Safe to retry: the same Idempotency-Key answers with the secret that the first request made. A request without a key
 * that is sent twice makes two secrets, and the one that the receiver knows still signs. The answer is read in the
 * transaction that rotates, so that no secret is made without an answer to show it.
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
     * What a caller asks for.
     *
     * @param idempotencyKey names the rotation for 24 hours
     * @param revokeFormer whether the former secrets end at once, for one that has leaked
     */
    public record Request(Precondition precondition, Optional<String> idempotencyKey, boolean revokeFormer) {}

    /** What the transaction has done: {@code repeated} is the secret of the first request with the same key. */
    private record Rotated(Found found, Optional<SealedSecret> repeated) {}

    /**
     * Rotates. Fails with {@link ApiException} webhook_not_found, precondition_failed, or unavailable where nothing can be
     * sealed.
     */
    public Uni<ShownWebhook> run(Caller caller, Request request) {
        return endpoints
                .known(caller.tenant(), request.idempotencyKey())
                .map(found -> found.orElseThrow(ShowWebhook::notFound))
                .flatMap(known -> secrets.make(caller.tenant(), known.endpoint().id())
                        .flatMap(newSecret -> endpoints
                                .withLock(
                                        caller.tenant(),
                                        stored -> rotate(caller, known, same(known, stored), newSecret, request))
                                .flatMap(rotated -> show(caller, rotated, newSecret))));
    }

    private Uni<Rotated> rotate(
            Caller caller, Known known, WebhookEndpoint stored, NewSecret newSecret, Request request) {
        return repeated(known, stored, request).flatMap(repeated -> {
            if (repeated.isPresent()) {
                return again(stored, repeated.get(), request).map(found -> new Rotated(found, repeated));
            }
            request.precondition().check(Optional.of(stored.etag()), "webhook");
            Optional<Duration> signsOn = request.revokeFormer() ? Optional.empty() : Optional.of(overlap);
            return endpoints
                    .rotate(caller, stored, newSecret, signsOn, request.idempotencyKey())
                    .map(found -> new Rotated(found, repeated));
        });
    }

    /** Each rotation increases {@code edition}. If it has not changed, no other rotation has created a secret in the meantime. */
    private Uni<Optional<SealedSecret>> repeated(Known known, WebhookEndpoint stored, Request request) {
        boolean unchanged = known.endpoint().etag().equals(stored.etag());
        return unchanged || request.idempotencyKey().isEmpty()
                ? Uni.createFrom().item(known.made())
                : endpoints.madeBy(stored, request.idempotencyKey().get());
    }

    private Uni<Found> again(WebhookEndpoint stored, SealedSecret repeated, Request request) {
        if (repeated.validUntil().isPresent()) {
            throw new ApiException(
                    ErrorCode.PRECONDITION_FAILED,
                    "Another rotation has replaced the secret of this Idempotency-Key; use a new key");
        }
        Uni<Void> revoked = request.revokeFormer()
                ? endpoints.revokeFormer(stored)
                : Uni.createFrom().voidItem();
        return revoked.chain(() -> endpoints.shown(stored));
    }

    /** The secret of a repeated request is decrypted here: no transaction is open while the cipher is called. */
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
                                "The stored signing secret cannot be read; rotate with a new Idempotency-Key"))));
    }

    /** The secret is sealed for this endpoint and no other. */
    private static WebhookEndpoint same(Known known, Optional<WebhookEndpoint> stored) {
        return stored.filter(endpoint -> endpoint.id().equals(known.endpoint().id()))
                .orElseThrow(ShowWebhook::notFound);
    }
}
