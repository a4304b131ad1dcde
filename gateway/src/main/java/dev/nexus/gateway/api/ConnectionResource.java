package dev.nexus.gateway.api;

import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.apikey.ApiKey;
import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.RequestInput;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
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
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * The routes from request-connection to refresh, except the reads in {@link ForwardedReads}. The Gateway parses only the
 * body of request-connection. The Broker parses the bodies of the other routes.
 */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Connections")
class ConnectionResource {

    private final Broker broker;
    private final RoutingContext request;
    private final URI publicUrl;
    private final boolean httpLoopback = !ConfigUtils.isProfileActive("prod");

    ConnectionResource(Broker broker, RoutingContext request, GatewayConfig config) {
        this.broker = broker;
        this.request = request;
        this.publicUrl = config.publicUrl();
    }

    @POST
    @Path("/request-connection")
    @Operation(
            operationId = "requestConnection",
            summary = "Begin a connection",
            description = "Step 1 of the flow. Store `connection_id`. Redirect your user to "
                    + "`auth_url`. Or, for your own form, read the query parameter `state` of "
                    + "`auth_url`, and keep it on your server for steps 2 and 3.")
    @RequestBody(ref = "ConnectionRequest")
    // Not a reference, because the scanner would add a schema of the returned record.
    @APIResponse(
            responseCode = "200",
            description = "The new connection, and the URL of its form",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "BegunConnection"),
                            examples = @ExampleObject(name = "BegunConnection", ref = "BegunConnection")))
    @APIResponse(responseCode = "400", ref = "RequestRefused")
    @APIResponse(responseCode = "404", ref = "ProviderNotFound")
    public Uni<BegunConnection> requestConnection(byte[] body) {
        ConnectionRequest form = ConnectionForm.parse(body);
        ReturnUrl.check(form.returnUrl(), (ApiKey) Caller.of(request), httpLoopback);
        return broker.call(api -> api.requestConnection(form)).map(this::toResponse);
    }

    @GET
    @Path("/capture-schema")
    @Operation(
            operationId = "captureSchema",
            summary = "Get the credential schema",
            description = "Step 2, for your own form: the fields to ask your user for. The response "
                    + "is the schema that the provider was registered with, unchanged.")
    @APIResponse(responseCode = "200", ref = "CredentialSchema")
    @APIResponse(responseCode = "400", ref = "StateInvalid")
    @APIResponse(responseCode = "409", ref = "StateUsed")
    @APIResponse(responseCode = "410", ref = "StateExpired")
    public Uni<RestResponse<byte[]>> captureSchema(
            @Parameter(
                            description = "The query parameter `state` of `auth_url`",
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
            summary = "Submit the credentials",
            description = "Step 3, for your own form. Nexus checks the credentials, stores them encrypted and "
                    + "makes the connection active. A state works once. If you get no response, call "
                    + "check-connection: `pending` means that the state is still valid. The active "
                    + "connection of the same workspace, provider and label becomes superseded.")
    @RequestBody(ref = "CaptureRequest")
    @APIResponse(responseCode = "200", ref = "CapturedConnection")
    @APIResponse(responseCode = "400", ref = "StateInvalid")
    @APIResponse(responseCode = "409", ref = "StateUsed")
    @APIResponse(responseCode = "410", ref = "StateExpired")
    @APIResponse(responseCode = "422", ref = "CredentialsRefused")
    @APIResponse(responseCode = "503", ref = "CaptureUnavailable")
    public Uni<RestResponse<byte[]>> captureCredential(byte[] body) {
        return broker.callWithVerification(api -> api.captureCredential(body)).map(BrokerAnswer::toOk);
    }

    @POST
    @Path("/check-connection/{id}/verify")
    @Operation(
            operationId = "verifyConnection",
            summary = "Check the credential at the provider again",
            description = "Asks the provider whether the stored credential is still valid. A "
                    + "rejected credential stays stored, and the connection keeps its status. "
                    + "Only `verification` changes. The request has no body.")
    @APIResponse(responseCode = "200", ref = "VerifiedConnection")
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    @APIResponse(responseCode = "409", ref = "ConnectionNotActive")
    @APIResponse(responseCode = "422", ref = "StoredCredentialRefused")
    public Uni<RestResponse<byte[]>> verifyConnection(
            @Parameter(
                            description = "Id of the connection",
                            schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.callWithVerification(api -> api.verifyConnection(id)).map(BrokerAnswer::toOk);
    }

    @POST
    @Path("/refresh/{id}")
    @Operation(
            operationId = "refresh",
            summary = "Refuse a refresh",
            description = "Always refuses with `static_token`, because a static credential cannot be refreshed. To "
                    + "update a credential, begin a new connection for the same workspace and provider.")
    @APIResponse(responseCode = "400", ref = "StaticToken")
    @APIResponse(responseCode = "404", ref = "ConnectionNotFound")
    public Uni<RestResponse<byte[]>> refresh(
            @Parameter(
                            description = "Id of the connection",
                            schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return broker.call(api -> api.refresh(id)).map(BrokerAnswer::toOk);
    }

    /** Builds auth_url from the configuration and the state. No part comes from the request. */
    private BegunConnection toResponse(BrokerAnswer<RequestedConnection> answer) {
        RequestedConnection begun = answer.body();
        if (begun == null || begun.connectionId() == null || begun.state() == null) {
            throw BrokerAnswer.unreadable("request-connection: connection_id or state is missing");
        }
        String base = publicUrl.toString().replaceAll("/+$", "");
        return new BegunConnection(begun.connectionId(), base + "/auth/capture-schema?state=" + begun.state());
    }
}
