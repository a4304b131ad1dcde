package dev.nexus.gateway.connection;

import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.brokerclient.Broker;
import dev.nexus.gateway.web.Answers;
import dev.nexus.gateway.web.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where auth_url leads: no API key, the state is the authority. */
@Path("/auth")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "State")
public class AuthResource {

    private final Broker broker;
    private final RoutingContext request;

    AuthResource(Broker broker, RoutingContext request) {
        this.broker = broker;
        this.request = request;
    }

    @GET
    @Path("/capture-schema")
    @Operation(
            operationId = "presentState",
            summary = "Where auth_url leads: the JSON Schema of the credentials to ask the user for")
    @APIResponse(
            responseCode = "200",
            description = "The JSON Schema, bare",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "CredentialSchema")))
    @APIResponse(responseCode = "400", ref = "StateInvalid")
    @APIResponse(responseCode = "406", ref = "NotAcceptable")
    @APIResponse(responseCode = "409", ref = "StateUsed")
    @APIResponse(responseCode = "410", ref = "StateExpired")
    @APIResponse(responseCode = "429", ref = "RateLimited")
    @APIResponse(responseCode = "500", ref = "Internal")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    public Uni<Response> presentState(
            @Parameter(
                            description = "The state that auth_url carries",
                            required = true,
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 2048))
                    @QueryParam("state")
                    @Nullable
                    List<String> state) {
        StateReference reference = new StateReference(Answers.state(state));
        return broker.presentState(RequestId.of(request), (api, call) -> api.captureSchema(call, reference))
                .map(Answers::ok);
    }
}
