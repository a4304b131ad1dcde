package dev.nexus.gateway.api;

import dev.nexus.contracts.WebhookApi;
import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import dev.nexus.gateway.broker.BrokerRoutes;
import io.smallrye.mutiny.Uni;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Reads, sets and deletes the tenant's webhook, and rotates its signing secret. */
@Path("/v1/webhook")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Webhook")
class WebhookResource {

    private final Broker broker;

    WebhookResource(Broker broker) {
        this.broker = broker;
    }

    @GET
    @Operation(
            operationId = "webhook",
            summary = "Get the webhook",
            description = "Returns the webhook of your tenant, without its signing secret.")
    @APIResponse(responseCode = "200", ref = "Webhook")
    @APIResponse(responseCode = "404", ref = "WebhookNotFound")
    public Uni<RestResponse<byte[]>> webhook() {
        return broker.call(BrokerRoutes::webhook).map(BrokerAnswer::toResponse);
    }

    @PUT
    @Operation(
            operationId = "putWebhook",
            summary = "Set the URL of the webhook",
            description = "Creates the webhook or changes its URL. It also enables a disabled webhook.")
    @RequestBody(ref = "WebhookDefinition")
    @APIResponse(responseCode = "200", ref = "ChangedWebhook")
    @APIResponse(responseCode = "201", ref = "NewWebhook")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<byte[]>> putWebhook(
            @Parameter(description = "`ETag` of the version to replace") @HeaderParam(HttpHeaders.IF_MATCH) @Nullable
                    String ifMatch,
            @Parameter(description = "`*` only creates: the response is 412 if the resource exists")
                    @HeaderParam(HttpHeaders.IF_NONE_MATCH)
                    @Nullable
                    String ifNoneMatch,
            byte[] body) {
        return broker.call(api -> api.putWebhook(ifMatch, ifNoneMatch, body)).map(BrokerAnswer::toResponse);
    }

    @DELETE
    @Operation(
            operationId = "deleteWebhook",
            summary = "Delete the webhook",
            description = "Deletes the webhook. Nexus does not deliver the events that are still pending.")
    @APIResponse(responseCode = "204", description = "The webhook is deleted")
    @APIResponse(responseCode = "404", ref = "WebhookNotFound")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<Void>> deleteWebhook(
            @Parameter(description = "`ETag` of the version to delete") @HeaderParam(HttpHeaders.IF_MATCH) @Nullable
                    String ifMatch) {
        return broker.call(api -> api.deleteWebhook(ifMatch)).map(deleted -> RestResponse.noContent());
    }

    @POST
    @Path("/secret")
    @Operation(
            operationId = "rotateWebhookSecret",
            summary = "Rotate the signing secret",
            description = "Creates a new signing secret. For 24 hours by default, Nexus "
                    + "also signs with the previous secret, so that you can give the new secret to your "
                    + "receiver. The request has no body.")
    @APIResponse(responseCode = "200", ref = "RotatedWebhook")
    @APIResponse(responseCode = "404", ref = "WebhookNotFound")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<byte[]>> rotateWebhookSecret(
            @Parameter(description = "`ETag` of the version to rotate") @HeaderParam(HttpHeaders.IF_MATCH) @Nullable
                    String ifMatch,
            @Parameter(
                            description = "A value of your choice, in printable ASCII. Use it to retry: for 24 hours a "
                                    + "request with the same value returns the same secret and does not rotate "
                                    + "again. If a later rotation has replaced this secret, the response "
                                    + "is 412. If Nexus has already deleted this secret, the request rotates "
                                    + "again",
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 255))
                    @HeaderParam(WebhookApi.IDEMPOTENCY_KEY)
                    @Nullable
                    String idempotencyKey,
            @Parameter(
                            description = "`true` immediately ends all secrets except the new one. Use it for a leaked "
                                    + "secret",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("revoke_former")
                    @Nullable
                    String revokeFormer) {
        return broker.call(api -> api.rotateWebhookSecret(ifMatch, idempotencyKey, revokeFormer))
                .map(BrokerAnswer::toResponse);
    }
}
