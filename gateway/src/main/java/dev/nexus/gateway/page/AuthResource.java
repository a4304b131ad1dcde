package dev.nexus.gateway.page;

import dev.nexus.contracts.PresentedState;
import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.broker.BrokerAnswer;
import dev.nexus.gateway.http.Accepts;
import dev.nexus.gateway.http.RequestInput;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
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

    /** So that a page that stands open past its time, and the button Back, can still say what has become of it. */
    private static final Duration PAGE_OUTLIVES_STATE = Duration.ofHours(1);

    private final StateClient states;
    private final PageCookies cookies;
    private final RoutingContext request;

    AuthResource(StateClient states, PageCookies cookies, RoutingContext request) {
        this.states = states;
        this.cookies = cookies;
        this.request = request;
    }

    @GET
    @Path("/capture-schema")
    @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_HTML})
    @Operation(
            operationId = "presentState",
            summary = "Where auth_url leads: the JSON Schema of the credentials to ask the user for")
    @APIResponse(
            responseCode = "200",
            description = "The JSON Schema, bare",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "CredentialSchema")))
    @APIResponse(
            responseCode = "303",
            description = "For a browser, which would rather have HTML than JSON: to the page, the state in a cookie")
    @APIResponse(responseCode = "400", ref = "StateInvalid")
    @APIResponse(responseCode = "409", ref = "StateUsed")
    @APIResponse(responseCode = "410", ref = "StateExpired")
    public Uni<Response> presentState(
            @Parameter(
                            description = "The state that auth_url carries",
                            required = true,
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 2048))
                    @QueryParam("state")
                    @Nullable
                    List<String> state) {
        StateReference reference = new StateReference(RequestInput.state(state));
        if (Accepts.prefersHtml(request)) {
            return states.describeForLink(reference.state()).map(presented -> toPage(reference.state(), presented));
        }
        return states.schema(reference).map(BrokerAnswer::toOk);
    }

    /** Takes the state out of the address bar. */
    private Response toPage(String state, PresentedState presented) {
        int seconds = Math.toIntExact(presented.expiresIn() + PAGE_OUTLIVES_STATE.toSeconds());
        return Response.status(Response.Status.SEE_OTHER)
                .header(HttpHeaders.LOCATION, cookies.path(presented.connectionId()))
                .cookie(cookies.state(state, presented.connectionId(), seconds))
                .header("Referrer-Policy", "no-referrer")
                .build();
    }
}
