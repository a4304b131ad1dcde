package dev.nexus.gateway.connection;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.apikey.ApiKey;
import dev.nexus.gateway.brokerclient.Broker;
import dev.nexus.gateway.brokerclient.BrokerAnswer;
import dev.nexus.gateway.web.Answers;
import dev.nexus.gateway.web.GatewayConfig;
import dev.nexus.gateway.web.RequestId;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The document's steps: translates HTTP, checks the form, and leaves the rest to the Broker. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "apiKey")
@Tag(name = "Connections")
public class ConnectionResource {

    private final Broker broker;
    private final SecurityIdentity identity;
    private final RoutingContext request;
    private final ObjectMapper json;
    private final URI publicUrl;
    private final boolean httpLoopback = !ConfigUtils.isProfileActive("prod");

    ConnectionResource(
            Broker broker, SecurityIdentity identity, RoutingContext request, ObjectMapper json, GatewayConfig config) {
        this.broker = broker;
        this.identity = identity;
        this.request = request;
        this.json = json;
        this.publicUrl = config.publicUrl();
    }

    @POST
    @Path("/request-connection")
    @Operation(operationId = "requestConnection", summary = "Begin a connection")
    @APIResponse(
            responseCode = "200",
            description = "Done",
            content = @Content(schema = @Schema(ref = "BegunConnection")))
    @APIResponse(responseCode = "default", ref = "Failure")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "ConnectionRequest")))
    public Uni<Response> requestConnection(byte[] body) {
        ConnectionRequest form = ConnectionForm.parse(body);
        ReturnUrl.check(form.returnUrl(), key(), httpLoopback);
        return broker.call(key(), requestId(), (api, call) -> api.requestConnection(call, form))
                .map(this::begun);
    }

    @GET
    @Path("/capture-schema")
    @Operation(operationId = "captureSchema", summary = "The schema of the credential that a state asks for")
    @APIResponse(
            responseCode = "200",
            description = "Done",
            content = @Content(schema = @Schema(ref = "CredentialSchema")))
    @APIResponse(responseCode = "default", ref = "Failure")
    public Uni<Response> captureSchema(@QueryParam("state") @Nullable List<String> state) {
        StateReference reference = new StateReference(Answers.state(state));
        return broker.call(key(), requestId(), (api, call) -> api.captureSchema(call, reference))
                .map(Answers::ok);
    }

    @POST
    @Path("/capture-credential")
    @Operation(operationId = "captureCredential", summary = "Hand over what the user entered")
    @APIResponse(
            responseCode = "200",
            description = "Done",
            content = @Content(schema = @Schema(ref = "CapturedConnection")))
    @APIResponse(responseCode = "default", ref = "Failure")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "CaptureRequest")))
    public Uni<Response> captureCredential(byte[] body) {
        return broker.call(key(), requestId(), (api, call) -> api.captureCredential(call, body))
                .map(Answers::ok);
    }

    @GET
    @Path("/check-connection/{id}")
    @Operation(operationId = "checkConnection", summary = "Where a connection is")
    @APIResponse(responseCode = "200", description = "Done", content = @Content(schema = @Schema(ref = "Connection")))
    @APIResponse(responseCode = "default", ref = "Failure")
    public Uni<Response> checkConnection(@PathParam("id") String id) {
        return broker.call(key(), requestId(), (api, call) -> api.checkConnection(call, id))
                .map(Answers::ok);
    }

    @GET
    @Path("/token/{id}")
    @Operation(operationId = "token", summary = "The credential, and the strategy that says where in a request it goes")
    @APIResponse(responseCode = "200", description = "Done", content = @Content(schema = @Schema(ref = "Token")))
    @APIResponse(responseCode = "default", ref = "Failure")
    public Uni<Response> token(@PathParam("id") String id) {
        return broker.call(key(), requestId(), (api, call) -> api.readToken(call, id))
                .map(Answers::ok);
    }

    @POST
    @Path("/refresh/{id}")
    @Operation(operationId = "refresh", summary = "Always refused: a static credential cannot be refreshed")
    @APIResponse(responseCode = "default", ref = "Failure")
    public Uni<Response> refresh(@PathParam("id") String id) {
        return broker.call(key(), requestId(), (api, call) -> api.refresh(call, id))
                .map(Answers::ok);
    }

    @GET
    @Path("/connections")
    @Operation(operationId = "listConnections", summary = "The tenant's connections, newest first")
    @APIResponse(
            responseCode = "200",
            description = "Done",
            content = @Content(schema = @Schema(ref = "ConnectionPage")))
    @APIResponse(responseCode = "default", ref = "Failure")
    public Uni<Response> listConnections(
            @QueryParam("workspace_id") @Nullable String workspaceId,
            @QueryParam("provider_id") @Nullable String providerId,
            @QueryParam("status") @Nullable String status,
            @QueryParam("label") @Nullable String label,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return broker.call(
                        key(),
                        requestId(),
                        (api, call) -> api.listConnections(call, workspaceId, providerId, status, label, limit, cursor))
                .map(Answers::ok);
    }

    @DELETE
    @Path("/connections/{id}")
    @Operation(operationId = "revokeConnection", summary = "Revoke a connection and destroy its credential")
    @APIResponse(responseCode = "204", description = "Done")
    @APIResponse(responseCode = "default", ref = "Failure")
    public Uni<Response> revokeConnection(@PathParam("id") String id) {
        return broker.call(key(), requestId(), (api, call) -> api.revokeConnection(call, id))
                .map(revoked -> Response.noContent().build());
    }

    /** The answer of request-connection: the state goes into auth_url, which is made from the configuration alone. */
    private Response begun(BrokerAnswer answer) {
        try {
            RequestedConnection begun = json.readValue(answer.body().getBytes(), RequestedConnection.class);
            String base = publicUrl.toString().replaceAll("/+$", "");
            return Response.ok(new BegunConnection(
                            begun.connectionId(), base + "/auth/capture-schema?state=" + begun.state()))
                    .build();
        } catch (IOException malformed) {
            // Without the cause: its message quotes the answer, which holds a state.
            throw new IllegalStateException("the Broker's answer to request-connection cannot be read");
        }
    }

    private ApiKey key() {
        return (ApiKey) identity.getPrincipal();
    }

    private String requestId() {
        return RequestId.of(request);
    }
}
