package dev.nexus.broker.webhook;

import dev.nexus.broker.caller.Callers;
import dev.nexus.broker.http.Parameters;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.http.TaggedResponse;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.WebhookApi;
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

/** Serves the routes of {@link WebhookApi}. Does not implement that interface, see {@link InternalApi}. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
class WebhookResource {

    private final Callers callers;
    private final ShowWebhook showWebhook;
    private final PutWebhook putWebhook;
    private final DeleteWebhook deleteWebhook;
    private final RotateWebhookSecret rotateWebhookSecret;

    WebhookResource(
            Callers callers,
            ShowWebhook showWebhook,
            PutWebhook putWebhook,
            DeleteWebhook deleteWebhook,
            RotateWebhookSecret rotateWebhookSecret) {
        this.callers = callers;
        this.showWebhook = showWebhook;
        this.putWebhook = putWebhook;
        this.deleteWebhook = deleteWebhook;
        this.rotateWebhookSecret = rotateWebhookSecret;
    }

    @GET
    @Path("/webhook")
    public Uni<RestResponse<WebhookView>> webhook() {
        return callers.run(caller -> showWebhook.run(caller.tenant()))
                .map(shown -> withEtag(RestResponse.Status.OK, shown));
    }

    @PUT
    @Path("/webhook")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<WebhookView>> putWebhook(
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            byte[] body) {
        Precondition precondition = new Precondition(ifMatch, ifNoneMatch);
        return callers.run(caller -> putWebhook.run(caller, precondition, body))
                .map(put ->
                        withEtag(put.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK, put.webhook()));
    }

    @DELETE
    @Path("/webhook")
    public Uni<Void> deleteWebhook(@HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        Precondition precondition = new Precondition(ifMatch, null);
        return callers.run(caller -> deleteWebhook.run(caller, precondition));
    }

    @POST
    @Path("/webhook/secret")
    public Uni<RestResponse<WebhookView>> rotateWebhookSecret(
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(WebhookApi.IDEMPOTENCY_KEY) @Nullable String idempotencyKey,
            @QueryParam("revoke_former") @Nullable String revokeFormer) {
        RotateWebhookSecret.Request request = new RotateWebhookSecret.Request(
                new Precondition(ifMatch, null),
                Parameters.idempotencyKey(idempotencyKey),
                Parameters.flag("revoke_former", revokeFormer));
        return callers.run(caller -> rotateWebhookSecret.run(caller, request))
                .map(shown -> withEtag(RestResponse.Status.OK, shown));
    }

    private static RestResponse<WebhookView> withEtag(RestResponse.Status status, ShownWebhook webhook) {
        return TaggedResponse.of(status, webhook.view(), webhook.etag());
    }
}
