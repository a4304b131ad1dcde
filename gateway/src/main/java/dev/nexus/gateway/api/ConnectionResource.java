package dev.nexus.gateway.api;

import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Verifies a connection again, and refuses a refresh. {@link CaptureFlow}, {@link ForwardedReads} and
 * {@link ConnectionsResource} serve the other routes of connections.
 */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Connections")
class ConnectionResource {

    private final Broker broker;

    ConnectionResource(Broker broker) {
        this.broker = broker;
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
}
