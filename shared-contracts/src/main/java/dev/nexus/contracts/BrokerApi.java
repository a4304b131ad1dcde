package dev.nexus.contracts;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * The Broker's internal API. Every call carries a service token (ES256, see {@link InternalHeaders}) and the request's
 * id. The tenant is always the service token's, or, for a
 * {@code state:present} token, the verified state's; it is never a parameter.
 *
 * <p>The answer's JSON reaches the caller byte for byte (schemas, credentials, lists): the Gateway passes it on unread. Every answer of 400 and above has an
 * {@link ErrorBody}.
 */
@Path(BrokerApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
public interface BrokerApi {

    /** The path of every route begins with it. */
    String ROOT = "/internal/v1";

    /** Names a request, so that a repeated one has the same effect and answer as the first. */
    String IDEMPOTENCY_KEY = "Idempotency-Key";

    /** 200 {@link RequestedConnection}; 404 provider_not_found. Scope connections:write. */
    @POST
    @Path("/connections")
    @Consumes(MediaType.APPLICATION_JSON)
    Uni<Response> requestConnection(@BeanParam ServiceCall call, ConnectionRequest request);

    /** 200 the JSON Schema, bare; the state errors of README's table. Scope connections:write or state:present. */
    @POST
    @Path("/capture-schema")
    @Consumes(MediaType.APPLICATION_JSON)
    Uni<Response> captureSchema(@BeanParam ServiceCall call, StateReference state);

    /**
     * 200 {@link PresentedState}, whether or not the state may still be redeemed; 400 invalid_state where it does not
     * verify. Scope state:present.
     */
    @POST
    @Path("/presented-state")
    @Consumes(MediaType.APPLICATION_JSON)
    Uni<Response> presentedState(@BeanParam ServiceCall call, StateReference state);

    /**
     * The public request body {@code {state, credentials}} as it came, at most 64 KiB; read by the Broker alone, so that
     * the credentials are never serialised anew. 303 with {@code Location} and the body
     * {@code {connection_id, status, redirect_url}}. Scope connections:write or state:present.
     */
    @POST
    @Path("/capture-credential")
    @Consumes(MediaType.APPLICATION_JSON)
    Uni<Response> captureCredential(@BeanParam ServiceCall call, byte[] body);

    /** 200 one connection; 404 connection_not_found. Scope connections:read. */
    @GET
    @Path("/connections/{id}")
    Uni<Response> checkConnection(@BeanParam ServiceCall call, @PathParam("id") String id);

    /**
     * 200 the connection after asking its provider about the credential; 404 connection_not_found, 409
     * connection_not_active. May take as long as the Broker gives a provider besides. Scope connections:write.
     */
    @POST
    @Path("/connections/{id}/verify")
    Uni<Response> verifyConnection(@BeanParam ServiceCall call, @PathParam("id") String id);

    /** 200 {connections, next_cursor?}, newest first. Scope connections:read. */
    @GET
    @Path("/connections")
    Uni<Response> listConnections(
            @BeanParam ServiceCall call,
            @QueryParam("workspace_id") @Nullable String workspaceId,
            @QueryParam("provider_id") @Nullable String provider,
            @QueryParam("status") @Nullable String status,
            @QueryParam("label") @Nullable String label,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor);

    /**
     * 204, again 204; 404 connection_not_found. Ends the connections that it superseded too, and destroys their ciphertexts.
     * Scope connections:write.
     */
    @DELETE
    @Path("/connections/{id}")
    Uni<Response> revokeConnection(@BeanParam ServiceCall call, @PathParam("id") String id);

    /** 200 {strategy, credentials, allowed_hosts?, replaced_by?}; 409 connection_not_active. Scope tokens:read. */
    @GET
    @Path("/connections/{id}/token")
    Uni<Response> readToken(@BeanParam ServiceCall call, @PathParam("id") String id);

    /** Always an error: 400 static_token where the id is known, else 404. Scope tokens:read. */
    @POST
    @Path("/connections/{id}/refresh")
    Uni<Response> refresh(@BeanParam ServiceCall call, @PathParam("id") String id);

    /** 200 {providers, next_cursor?}, by slug; with their schemas where {@code expand} is schema. Scope connections:read or providers:admin. */
    @GET
    @Path("/providers")
    Uni<Response> listProviders(
            @BeanParam ServiceCall call,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("expand") @Nullable String expand);

    /** 200 one provider by UUID or slug, with its ETag; 404 provider_not_found. Scope connections:read or providers:admin. */
    @GET
    @Path("/providers/{id}")
    Uni<Response> provider(@BeanParam ServiceCall call, @PathParam("id") String idOrSlug);

    /**
     * Creates (201) or replaces (200) a provider of the tenant's own: the provider, with its ETag. 404 provider_not_found
     * for a UUID that the tenant does not see, 409 provider_read_only for a global one's, 412 precondition_failed. The public
     * body, as it came, because the schema in it is served as it came. With {@code dry_run=true} 200 what would be stored,
     * without an ETag, and nothing is written. Scope providers:admin.
     */
    @PUT
    @Path("/providers/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    Uni<Response> putProvider(
            @BeanParam ServiceCall call,
            @PathParam("id") String idOrSlug,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            @QueryParam("dry_run") @Nullable String dryRun,
            byte[] body);

    /**
     * 204; 404 provider_not_found, 409 provider_in_use while it has active connections and {@code force} is not true, 409
     * provider_read_only for a global one, 412 precondition_failed. Scope providers:admin.
     */
    @DELETE
    @Path("/providers/{id}")
    Uni<Response> deleteProvider(
            @BeanParam ServiceCall call,
            @PathParam("id") String idOrSlug,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @QueryParam("force") @Nullable String force);

    /** 200 the tenant's webhook, with its ETag; 404 webhook_not_found. Scope webhooks:admin. */
    @GET
    @Path("/webhook")
    Uni<Response> webhook(@BeanParam ServiceCall call);

    /**
     * Sets (200) or makes (201) the tenant's webhook: the webhook, with its ETag, and when made its signing secret. 412
     * precondition_failed. The public body, as it came. Scope webhooks:admin.
     */
    @PUT
    @Path("/webhook")
    @Consumes(MediaType.APPLICATION_JSON)
    Uni<Response> putWebhook(
            @BeanParam ServiceCall call,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            byte[] body);

    /** 204; 404 webhook_not_found, 412 precondition_failed. Scope webhooks:admin. */
    @DELETE
    @Path("/webhook")
    Uni<Response> deleteWebhook(
            @BeanParam ServiceCall call, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch);

    /**
     * 200 the webhook with its ETag and a new signing secret; the former one ends later, or at once where
     * {@code revoke_former} is true. The same Idempotency-Key answers with the same secret for 24 hours. 404
     * webhook_not_found, 412 precondition_failed. Scope webhooks:admin.
     */
    @POST
    @Path("/webhook/secret")
    Uni<Response> rotateWebhookSecret(
            @BeanParam ServiceCall call,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(IDEMPOTENCY_KEY) @Nullable String idempotencyKey,
            @QueryParam("revoke_former") @Nullable String revokeFormer);

    /** 200 {events, next_cursor?}, newest first. Scope audit:read. */
    @GET
    @Path("/audit-events")
    Uni<Response> auditEvents(
            @BeanParam ServiceCall call,
            @QueryParam("connection_id") @Nullable String connectionId,
            @QueryParam("key_id") @Nullable String keyId,
            @QueryParam("action") @Nullable String action,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor);
}
