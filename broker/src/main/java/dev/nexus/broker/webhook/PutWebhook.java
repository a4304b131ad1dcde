package dev.nexus.broker.webhook;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.database.DatabaseFailures;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.webhook.SigningSecrets.NewSecret;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/**
 * Sets the URL that receives the tenant's events. The first request also creates a signing secret, and only the
 * response to this request contains it. The secret is encrypted before the transaction begins.
 */
@ApplicationScoped
public class PutWebhook {

    private static final String NOUN = "webhook";

    private final WebhookEndpointRepository endpoints;
    private final SigningSecrets secrets;

    PutWebhook(WebhookEndpointRepository endpoints, SigningSecrets secrets) {
        this.endpoints = endpoints;
        this.secrets = secrets;
    }

    /**
     * The outcome of the request.
     *
     * @param created false if a stored webhook was changed
     */
    public record Put(ShownWebhook webhook, boolean created) {}

    /** A new endpoint's id and first secret. */
    private record Prepared(UUID id, NewSecret secret) {}

    /**
     * Fails with {@link ApiException} invalid_request or precondition_failed. Fails with unavailable if the secret
     * cannot be encrypted, or if another request changes the webhook at the same time.
     */
    public Uni<Put> run(Caller caller, Precondition precondition, byte[] body) {
        String url = WebhookForm.url(body);
        return Uni.createFrom()
                .deferred(() -> put(caller, precondition, url))
                // Another caller has added the endpoint since this request looked for it. The second attempt finds it.
                .onFailure(DatabaseFailures::isUniqueViolation)
                .retry()
                .atMost(1)
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(failure -> changedMeanwhile());
    }

    private Uni<Put> put(Caller caller, Precondition precondition, String url) {
        return endpoints
                .ofTenant(caller.tenant())
                .flatMap(found -> {
                    precondition.check(found.map(WebhookEndpoint::etag), NOUN);
                    return found.isPresent()
                            ? Uni.createFrom().item(Optional.<Prepared>empty())
                            : prepare(caller.tenant()).map(Optional::of);
                })
                // Reads the response in the transaction. If the read fails, the secret is not stored.
                .flatMap(prepared -> endpoints.withLock(caller.tenant(), stored -> {
                    precondition.check(stored.map(WebhookEndpoint::etag), NOUN);
                    return stored.isPresent()
                            ? change(caller, stored.get(), url)
                            : add(caller, prepared.orElseThrow(PutWebhook::changedMeanwhile), url);
                }));
    }

    private Uni<Prepared> prepare(String tenant) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        return secrets.create(tenant, id).map(secret -> new Prepared(id, secret));
    }

    private Uni<Put> change(Caller caller, WebhookEndpoint stored, String url) {
        boolean same = stored.url().equals(url) && !stored.isDisabled();
        return (same ? endpoints.details(stored) : endpoints.change(caller, stored, url))
                .map(details -> new Put(details.toResponse(null), false));
    }

    private Uni<Put> add(Caller caller, Prepared prepared, String url) {
        return endpoints
                .add(caller, prepared.id(), url, prepared.secret())
                .map(details -> new Put(details.toResponse(prepared.secret().secret()), true));
    }

    private static ApiException changedMeanwhile() {
        return new ApiException(ErrorCode.UNAVAILABLE, "The webhook was changed at the same time. Retry.");
    }
}
