package dev.nexus.contracts;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The Broker's routes of the tenant's webhook. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
public interface WebhookApi {

    /**
     * The header that makes a rotation idempotent. Within 24 hours, a retry with the same value does not rotate again.
     */
    String IDEMPOTENCY_KEY = "Idempotency-Key";

    /** 200 the webhook, with its ETag; 404 webhook_not_found. */
    @GET
    @Path("/webhook")
    @AllowedScopes(Scope.WEBHOOKS_ADMIN)
    Uni<RestResponse<byte[]>> webhook();

    /**
     * Changes (200) or creates (201) the tenant's webhook, with its ETag and, if created, its signing secret. 412
     * precondition_failed.
     *
     * @param body the public request body as it was received
     */
    @PUT
    @Path("/webhook")
    @AllowedScopes(Scope.WEBHOOKS_ADMIN)
    @Consumes(MediaType.APPLICATION_JSON)
    Uni<RestResponse<byte[]>> putWebhook(
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            byte[] body);

    /** 204; 404 webhook_not_found, 412 precondition_failed. */
    @DELETE
    @Path("/webhook")
    @AllowedScopes(Scope.WEBHOOKS_ADMIN)
    Uni<RestResponse<Void>> deleteWebhook(@HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch);

    /**
     * 200 the webhook with its ETag and a new signing secret. The previous secret expires later, or immediately if
     * {@code revoke_former} is true. The same Idempotency-Key returns the same secret for 24 hours. 404
     * webhook_not_found, 412 precondition_failed.
     */
    @POST
    @Path("/webhook/secret")
    @AllowedScopes(Scope.WEBHOOKS_ADMIN)
    Uni<RestResponse<byte[]>> rotateWebhookSecret(
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(IDEMPOTENCY_KEY) @Nullable String idempotencyKey,
            @QueryParam("revoke_former") @Nullable String revokeFormer);
}
