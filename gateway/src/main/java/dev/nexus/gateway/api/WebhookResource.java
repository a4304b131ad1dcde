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
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The administration of the tenant's webhook. */
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
    @Operation(operationId = "webhook", summary = "The tenant's webhook; scope webhooks:admin")
    @APIResponse(
            responseCode = "200",
            description = "The webhook; its ETag is the one for If-Match",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Webhook")))
    @APIResponse(responseCode = "404", ref = "WebhookNotFound")
    public Uni<RestResponse<byte[]>> webhook() {
        return broker.call(BrokerRoutes::webhook).map(BrokerAnswer::toResponse);
    }

    @PUT
    @Operation(operationId = "putWebhook", summary = "Set where the tenant is told; scope webhooks:admin")
    @RequestBody(
            required = true,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "WebhookDefinition")))
    @APIResponse(
            responseCode = "200",
            description = "The changed webhook; a disabled one is enabled again",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Webhook")))
    @APIResponse(
            responseCode = "201",
            description = "The new webhook, with its signing secret: shown this once",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Webhook")))
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<byte[]>> putWebhook(
            @Parameter(description = "Replace this edition alone") @HeaderParam(HttpHeaders.IF_MATCH) @Nullable
                    String ifMatch,
            @Parameter(description = "* to create alone") @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable
                    String ifNoneMatch,
            byte[] body) {
        return broker.call(api -> api.putWebhook(ifMatch, ifNoneMatch, body)).map(BrokerAnswer::toResponse);
    }

    @DELETE
    @Operation(operationId = "deleteWebhook", summary = "Delete the tenant's webhook; scope webhooks:admin")
    @APIResponse(responseCode = "204", description = "Deleted; events that wait are not delivered any more")
    @APIResponse(responseCode = "404", ref = "WebhookNotFound")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<Void>> deleteWebhook(
            @Parameter(description = "Delete this edition alone") @HeaderParam(HttpHeaders.IF_MATCH) @Nullable
                    String ifMatch) {
        return broker.call(api -> api.deleteWebhook(ifMatch)).map(deleted -> RestResponse.noContent());
    }

    @POST
    @Path("/secret")
    @Operation(
            operationId = "rotateWebhookSecret",
            summary = "Make a new signing secret; the previous one signs beside it for a day; scope webhooks:admin")
    @APIResponse(
            responseCode = "200",
            description = "The webhook, with its new signing secret: shown this once",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Webhook")))
    @APIResponse(responseCode = "404", ref = "WebhookNotFound")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<byte[]>> rotateWebhookSecret(
            @Parameter(description = "Rotate only this edition of the webhook")
                    @HeaderParam(HttpHeaders.IF_MATCH)
                    @Nullable
                    String ifMatch,
            @Parameter(
                            description =
                                    "Names this rotation for 24 hours: a repeated request answers with the same secret",
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 255))
                    @HeaderParam(WebhookApi.IDEMPOTENCY_KEY)
                    @Nullable
                    String idempotencyKey,
            @Parameter(
                            description = "true: the former secret ends at once, because it has leaked",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("revoke_former")
                    @Nullable
                    String revokeFormer) {
        return broker.call(api -> api.rotateWebhookSecret(ifMatch, idempotencyKey, revokeFormer))
                .map(BrokerAnswer::toResponse);
    }
}
