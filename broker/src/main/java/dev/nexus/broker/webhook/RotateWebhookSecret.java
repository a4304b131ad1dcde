package dev.nexus.broker.webhook;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.webhook.EndpointRepository.LockedRepository;
import dev.nexus.broker.webhook.ShowWebhook.Found;
import dev.nexus.broker.webhook.SigningSecrets.NewSecret;
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

    private final EndpointRepository endpoints;
    private final SigningSecrets secrets;
    private final Duration overlap;

    RotateWebhookSecret(EndpointRepository endpoints, SigningSecrets secrets, WebhookConfig config) {
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
                .find(caller.tenant())
                .map(found -> found.orElseThrow(ShowWebhook::notFound))
                .flatMap(endpoint -> secrets.make(caller.tenant(), endpoint.id())
                        .flatMap(newSecret -> endpoints
                                .withTenantLock(caller, own -> rotate(own, endpoint, newSecret, request))
                                .flatMap(rotated -> show(caller, rotated, newSecret))));
    }

    private Uni<Rotated> rotate(LockedRepository own, Endpoint known, NewSecret newSecret, Request request) {
        return own.find()
                .map(stored -> same(known, stored))
                .flatMap(stored -> repeated(own, stored, request)
                        .call(repeated -> {
                            if (repeated.isEmpty()) {
                                request.precondition().check(Optional.of(stored.etag()), "webhook");
                                return own.rotate(stored, newSecret, overlap, request.idempotencyKey());
                            }
                            if (repeated.get().validUntil().isPresent()) {
                                throw new ApiException(
                                        ErrorCode.PRECONDITION_FAILED,
                                        "Another rotation has replaced the secret of this Idempotency-Key; use a new key");
                            }
                            return Uni.createFrom().voidItem();
                        })
                        .call(repeated -> request.revokeFormer()
                                ? own.revokeFormer(stored)
                                : Uni.createFrom().voidItem())
                        .flatMap(repeated -> ShowWebhook.read(own.reads()).map(found -> new Rotated(found, repeated))));
    }

    private static Uni<Optional<SealedSecret>> repeated(LockedRepository own, Endpoint stored, Request request) {
        return request.idempotencyKey()
                .map(key -> own.reads().madeBy(stored.id(), key))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
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
    private static Endpoint same(Endpoint known, Optional<Endpoint> stored) {
        return stored.filter(endpoint -> endpoint.id().equals(known.id())).orElseThrow(ShowWebhook::notFound);
    }
}
