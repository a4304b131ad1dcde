package dev.nexus.broker.webhook;

import dev.nexus.broker.web.ApiException;
import dev.nexus.contracts.ErrorCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Shows the tenant's webhook: where it leads, how long which secret signs, and what waits. */
@ApplicationScoped
public class ShowWebhook {

    private final EndpointRepository endpoints;

    ShowWebhook(EndpointRepository endpoints) {
        this.endpoints = endpoints;
    }

    /** Fails with {@link ApiException} webhook_not_found. */
    public Uni<ShownWebhook> run(String tenant) {
        return run(tenant, null);
    }

    /** As it is now, with the secret that was made for it. */
    Uni<ShownWebhook> run(String tenant, @Nullable SigningSecret fresh) {
        return endpoints
                .find(tenant)
                .map(found -> found.orElseThrow(ShowWebhook::notFound))
                .flatMap(endpoint -> endpoints
                        .secrets(tenant, endpoint.id())
                        .flatMap(secrets -> endpoints
                                .backlog(tenant, endpoint.id())
                                .map(backlog -> new ShownWebhook(
                                        WebhookView.of(endpoint, secrets, backlog, fresh), endpoint.etag()))));
    }

    static ApiException notFound() {
        return new ApiException(ErrorCode.WEBHOOK_NOT_FOUND, "There is no webhook");
    }
}
