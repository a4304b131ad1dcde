package dev.nexus.gateway.api;

import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.apikey.ApiKey;
import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.RequestInput;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
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

/** The document's steps: translates HTTP, checks the form, and leaves the rest to the Broker. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Connections")
class ConnectionResource {

    private final Broker broker;
    private final SecurityIdentity identity;
    private final URI publicUrl;
    private final boolean httpLoopback = !ConfigUtils.isProfileActive("prod");

    ConnectionResource(Broker broker, SecurityIdentity identity, GatewayConfig config) {
        this.broker = broker;
        this.identity = identity;
        this.publicUrl = config.publicUrl();
    }

    @POST
    @Path("/request-connection")
    @Operation(operationId = "requestConnection", summary = "Begin a connection; scope connections:write")
    @RequestBody(
            required = true,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "ConnectionRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The connection and where its state is presented",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "BegunConnection")))
    @APIResponse(responseCode = "400", ref = "RequestRefused")
    @APIResponse(responseCode = "404", ref = "ProviderNotFound")
    public Uni<BegunConnection> requestConnection(byte[] body) {
        ConnectionRequest form = ConnectionForm.parse(body);
        ReturnUrl.check(form.returnUrl(), (ApiKey) identity.getPrincipal(), httpLoopback);
        return broker.call(api -> api.requestConnection(form)).map(this::begun);
    }

    @GET
    @Path("/capture-schema")
    @Operation(
            operationId = "captureSchema",
            summary = "The JSON Schema of the credentials to ask the user for; scope connections:write")
    @APIResponse(
            responseCode = "200",
            description = "The JSON Schema, bare",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "CredentialSchema")))
    @APIResponse(responseCode = "400", ref = "StateInvalid")
    @APIResponse(responseCode = "409", ref = "StateUsed")
    @APIResponse(responseCode = "410", ref = "StateExpired")
    public Uni<RestResponse<byte[]>> captureSchema(
            @Parameter(
                            description = "The state that auth_url carries",
                            required = true,
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 2048))
                    @QueryParam("state")
                    @Nullable
                    List<String> state) {
        StateReference reference = new StateReference(RequestInput.state(state));
        return broker.call(api -> api.captureSchema(reference)).map(BrokerAnswer::toOk);
    }

    @POST
    @Path("/capture-credential")
    @Operation(
            operationId = "captureCredential",
            summary = "Submit the credentials, once for each state; scope connections:write")
    @RequestBody(
            required = true,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "CaptureRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The connection is active",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "CapturedConnection")))
    @APIResponse(responseCode = "400", ref = "StateInvalid")
    @APIResponse(responseCode = "409", ref = "StateUsed")
    @APIResponse(responseCode = "410", ref = "StateExpired")
    @APIResponse(responseCode = "422", ref = "CredentialsRefused")
    @APIResponse(responseCode = "503", ref = "CaptureUnavailable")
    public Uni<RestResponse<byte[]>> captureCredential(byte[] body) {
        return broker.callAskingProvider(api -> api.captureCredential(body)).map(BrokerAnswer::toOk);
    }

    @GET
    @Path("/check-connection/{id}")
    @Operation(operationId = "checkConnection", summary = "One connection; scope connections:read")
    @APIResponse(
            responseCode = "200",
            description = "The connection",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Connection")))
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    public Uni<RestResponse<byte[]>> checkConnection(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call(api -> api.checkConnection(id)).map(BrokerAnswer::toOk);
    }

    @POST
    @Path("/check-connection/{id}/verify")
    @Operation(
            operationId = "verifyConnection",
            summary = "Ask the provider anew whether the credential is good; scope connections:write")
    @APIResponse(
            responseCode = "200",
            description = "The connection with what the provider has said",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Connection")))
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    @APIResponse(responseCode = "409", ref = "ConnectionNotActive")
    public Uni<RestResponse<byte[]>> verifyConnection(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.callAskingProvider(api -> api.verifyConnection(id)).map(BrokerAnswer::toOk);
    }

    @GET
    @Path("/token/{id}")
    @Operation(operationId = "token", summary = "The credentials as captured and how to apply them; scope tokens:read")
    @APIResponse(
            responseCode = "200",
            description = "The credentials and their strategy",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Token")))
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    @APIResponse(responseCode = "409", ref = "ConnectionNotActive")
    public Uni<RestResponse<byte[]>> token(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call(api -> api.readToken(id)).map(BrokerAnswer::toOk);
    }

    @POST
    @Path("/refresh/{id}")
    @Operation(
            operationId = "refresh",
            summary = "Always refused: a static token cannot be refreshed; scope tokens:read")
    @APIResponse(responseCode = "400", ref = "StaticToken")
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    public Uni<RestResponse<byte[]>> refresh(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call(api -> api.refresh(id)).map(BrokerAnswer::toOk);
    }

    /** Adds the state to auth_url. All other parts of auth_url come from the configuration. */
    private BegunConnection begun(BrokerAnswer<RequestedConnection> answer) {
        RequestedConnection begun = answer.body();
        if (begun == null || begun.connectionId() == null || begun.state() == null) {
            throw BrokerAnswer.unreadable("request-connection: connection_id or state is missing");
        }
        String base = publicUrl.toString().replaceAll("/+$", "");
        return new BegunConnection(begun.connectionId(), base + "/auth/capture-schema?state=" + begun.state());
    }
}
