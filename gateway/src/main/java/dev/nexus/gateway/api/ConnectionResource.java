package dev.nexus.gateway.api;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import jakarta.ws.rs.core.Response;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;

/** The document's steps: translates HTTP, checks the form, and leaves the rest to the Broker. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Connections")
public class ConnectionResource {

    private final Broker broker;
    private final SecurityIdentity identity;
    private final ObjectMapper json;
    private final URI publicUrl;
    private final boolean httpLoopback = !ConfigUtils.isProfileActive("prod");

    ConnectionResource(Broker broker, SecurityIdentity identity, ObjectMapper json, GatewayConfig config) {
        this.broker = broker;
        this.identity = identity;
        this.json = json;
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
    public Uni<Response> requestConnection(byte[] body) {
        ConnectionRequest form = ConnectionForm.parse(body);
        ReturnUrl.check(form.returnUrl(), (ApiKey) identity.getPrincipal(), httpLoopback);
        return broker.call((api, call) -> api.requestConnection(call, form)).map(this::begun);
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
    public Uni<Response> captureSchema(
            @Parameter(
                            description = "The state that auth_url carries",
                            required = true,
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 2048))
                    @QueryParam("state")
                    @Nullable
                    List<String> state) {
        StateReference reference = new StateReference(RequestInput.state(state));
        return broker.call((api, call) -> api.captureSchema(call, reference)).map(BrokerAnswer::toOk);
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
    public Uni<Response> captureCredential(byte[] body) {
        return broker.callAskingProvider((api, call) -> api.captureCredential(call, body))
                .map(BrokerAnswer::toOk);
    }

    @GET
    @Path("/check-connection/{id}")
    @Operation(operationId = "checkConnection", summary = "One connection; scope connections:read")
    @APIResponse(
            responseCode = "200",
            description = "The connection",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Connection")))
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    public Uni<Response> checkConnection(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call((api, call) -> api.checkConnection(call, id)).map(BrokerAnswer::toOk);
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
    public Uni<Response> verifyConnection(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.callAskingProvider((api, call) -> api.verifyConnection(call, id))
                .map(BrokerAnswer::toOk);
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
    public Uni<Response> token(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call((api, call) -> api.readToken(call, id)).map(BrokerAnswer::toOk);
    }

    @POST
    @Path("/refresh/{id}")
    @Operation(
            operationId = "refresh",
            summary = "Always refused: a static token cannot be refreshed; scope tokens:read")
    @APIResponse(responseCode = "400", ref = "StaticToken")
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    public Uni<Response> refresh(
            @Parameter(description = "The connection's id", schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call((api, call) -> api.refresh(call, id)).map(BrokerAnswer::toOk);
    }

    /** The answer of request-connection: the state goes into auth_url, which is made from the configuration alone. */
    private Response begun(BrokerAnswer answer) {
        try {
            RequestedConnection begun = json.readValue(answer.body().getBytes(), RequestedConnection.class);
            if (begun.connectionId() == null || begun.state() == null) {
                throw BrokerAnswer.unreadable("request-connection");
            }
            String base = publicUrl.toString().replaceAll("/+$", "");
            return Response.ok(new BegunConnection(
                            begun.connectionId(), base + "/auth/capture-schema?state=" + begun.state()))
                    .build();
        } catch (IOException malformed) {
            // Without the cause: its message quotes the answer, which holds a state.
            throw BrokerAnswer.unreadable("request-connection");
        }
    }
}
