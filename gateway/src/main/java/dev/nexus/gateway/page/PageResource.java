package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedState;
import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.http.Accepts;
import dev.nexus.gateway.http.ErrorPage;
import dev.nexus.gateway.http.RequestInput;
import dev.nexus.gateway.page.PageCookies.FormProblem;
import dev.nexus.gateway.page.StateClient.Captured;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * The hosted page. A browser opens auth_url at /auth/capture-schema, which puts the state into a cookie and redirects
 * to the page of the connection. These routes need no API key: the state is the authorization. A caller that prefers
 * JSON gets the schema, and errors as JSON.
 */
@Path("/auth")
@Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_HTML})
@Tag(name = "Hosted page")
class PageResource {

    /** The errors that are shown with the form, because the user can fix them or wait. */
    private static final Set<ErrorCode> SHOWN_WITH_THE_FORM = Set.of(
            ErrorCode.INVALID_CREDENTIALS,
            ErrorCode.CREDENTIALS_REJECTED,
            ErrorCode.VERIFICATION_UNAVAILABLE,
            ErrorCode.UNAVAILABLE);

    /** The errors after which the form shows the entered values again, except secret ones. */
    private static final Set<ErrorCode> KEEPS_VALUES =
            Set.of(ErrorCode.INVALID_CREDENTIALS, ErrorCode.CREDENTIALS_REJECTED, ErrorCode.UNAVAILABLE);

    /**
     * The cookie outlives the state, so that a page that was left open, or reached by the button Back, can still show
     * the outcome.
     */
    private static final Duration PAGE_OUTLIVES_STATE = Duration.ofHours(1);

    private final StateClient states;
    private final PageWriter pages;
    private final PageCookies cookies;
    private final PageHeaders headers;
    private final RoutingContext request;

    PageResource(
            StateClient states, PageWriter pages, PageCookies cookies, PageHeaders headers, RoutingContext request) {
        this.states = states;
        this.pages = pages;
        this.cookies = cookies;
        this.headers = headers;
        this.request = request;
    }

    @GET
    @Path("/capture-schema")
    @Operation(
            operationId = "presentState",
            summary = "Open auth_url",
            description = "`auth_url` leads here. A browser is redirected to its page. A "
                    + "client that prefers JSON gets the credential schema.")
    @APIResponse(responseCode = "200", ref = "CredentialSchema")
    @APIResponse(responseCode = "303", ref = "PageRedirect")
    @APIResponse(responseCode = "400", ref = "StateInvalid")
    @APIResponse(responseCode = "409", ref = "StateUsed")
    @APIResponse(responseCode = "410", ref = "StateExpired")
    public Uni<Response> presentState(
            @Parameter(
                            description = "The query parameter `state` of `auth_url`",
                            required = true,
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 2048))
                    @QueryParam("state")
                    @Nullable
                    List<String> state) {
        StateReference reference = new StateReference(RequestInput.state(state));
        if (Accepts.prefersHtml(request)) {
            return states.describeForLink(reference.state()).map(presented -> fromLink(reference.state(), presented));
        }
        return states.schema(reference).map(schema -> schema.toOk().toResponse());
    }

    /** Redirects to the page and moves the state from the address bar into the cookie. */
    private Response fromLink(String state, PresentedState presented) {
        int seconds = Math.toIntExact(presented.expiresIn() + PAGE_OUTLIVES_STATE.toSeconds());
        return toPage(presented)
                .cookie(cookies.state(state, presented.connectionId(), seconds))
                .build();
    }

    @GET
    @Path("/capture/{id}")
    @Operation(
            operationId = "capturePage",
            summary = "Show the page",
            description = "Returns the page that asks your user for the credential. A "
                    + "client that prefers JSON gets the credential schema.")
    @APIResponse(responseCode = "200", ref = "CapturePage")
    @APIResponse(responseCode = "400", ref = "StateInvalid")
    @APIResponse(responseCode = "409", ref = "StateUsed")
    @APIResponse(responseCode = "410", ref = "StateExpired")
    public Uni<Response> show(
            @Parameter(
                            description = "Id of the connection",
                            schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id) {
        return ofConnection(id, states.describeForPage(state()))
                .map(presented -> presented.error() != null ? refused(presented) : shown(presented));
    }

    @POST
    @Path("/capture/{id}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(
            operationId = "submitCapturePage",
            summary = "Submit the form of the page",
            description = "The form of the page is sent here. The names of its fields can "
                    + "change: use `POST /v1/capture-credential` for your own form.")
    @RequestBody(ref = "CaptureForm")
    @APIResponse(responseCode = "303", ref = "FormRedirect")
    @APIResponse(responseCode = "400", ref = "StateInvalid")
    @APIResponse(responseCode = "403", ref = "Forbidden")
    @APIResponse(responseCode = "409", ref = "StateUsed")
    @APIResponse(responseCode = "410", ref = "StateExpired")
    @APIResponse(responseCode = "422", ref = "CredentialsRefused")
    @APIResponse(responseCode = "503", ref = "CaptureUnavailable")
    public Uni<Response> submit(
            @Parameter(
                            description = "Id of the connection",
                            schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    @PathParam("id")
                    String id,
            byte[] body) {
        headers.checkOrigin(request.request());
        SubmittedForm form = SubmittedForm.parse(body);
        return ofConnection(id, states.describeForForm(state()))
                .flatMap(presented -> presented.error() != null
                        ? Uni.createFrom().item(refusedAfterForm(presented))
                        : capture(presented, form));
    }

    private static Uni<PresentedState> ofConnection(String id, Uni<PresentedState> described) {
        return described.invoke(presented -> {
            if (!presented.connectionId().toString().equals(id)) {
                throw invalidState();
            }
        });
    }

    private String state() {
        return cookies.in(request.request()).orElseThrow(PageResource::invalidState);
    }

    private static ApiException invalidState() {
        return new ApiException(ErrorCode.INVALID_STATE, "The state is not valid. Begin a new connection.");
    }

    private Uni<Response> capture(PresentedState presented, SubmittedForm form) {
        CredentialForm fields = CredentialForm.of(presented);
        if (!fields.complete()) {
            // The page showed a notice instead of a form.
            return ifStillValid(now -> Uni.createFrom().item(shown(now)));
        }
        List<Detail> wrong = form.problems(fields);
        if (!wrong.isEmpty()) {
            ApiException failure = new ApiException(
                    ErrorCode.INVALID_CREDENTIALS, "A field accepts only one line. Remove the line breaks.", wrong);
            return ifStillValid(now -> afterFailure(now, fields, form, failure));
        }
        byte[] credentials = form.credentials(fields, state());
        return states.capture(state(), credentials)
                .map(PageResource::captured)
                .onFailure(ApiException.class)
                .recoverWithUni(failure -> afterFailure(presented, fields, form, failure));
    }

    /**
     * Responds to a form that the Gateway does not send to the Broker. Checks first whether the state is still valid,
     * because the cached description may be some minutes old.
     */
    private Uni<Response> ifStillValid(Function<PresentedState, Uni<Response>> answer) {
        return states.describe(state())
                .flatMap(now -> now.error() != null ? Uni.createFrom().item(refusedAfterForm(now)) : answer.apply(now));
    }

    private static Response captured(Captured captured) {
        return Response.status(Response.Status.SEE_OTHER)
                // As text, because a URI object may change the notation.
                .header(HttpHeaders.LOCATION, captured.redirectUrl())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(captured.body().getBytes())
                .build();
    }

    /**
     * Redirects a browser to the page. The page then shows the errors with the form, or that the state is no longer
     * valid. Because of the redirect, neither Back nor a reload sends the form again. If neither case applies, the
     * browser gets {@code failure} as an error page. A caller that prefers JSON gets {@code failure}.
     */
    private Uni<Response> afterFailure(
            PresentedState presented, CredentialForm fields, SubmittedForm form, ApiException failure) {
        if (!Accepts.prefersHtml(request)) {
            return Uni.createFrom().failure(failure);
        }
        if (SHOWN_WITH_THE_FORM.contains(failure.code())) {
            return Uni.createFrom()
                    .item(toPage(presented)
                            .cookie(cookies.problem(
                                    failure.code(),
                                    failure.body().details(),
                                    KEEPS_VALUES.contains(failure.code()) ? form.kept(fields) : null,
                                    state(),
                                    presented.connectionId()))
                            .build());
        }
        return states.describe(state()).map(now -> {
            if (now.error() == null) {
                throw failure;
            }
            return toPage(now).build();
        });
    }

    private Response.ResponseBuilder toPage(PresentedState presented) {
        return Response.status(Response.Status.SEE_OTHER)
                .header(HttpHeaders.LOCATION, cookies.path(presented.connectionId()))
                .header("Referrer-Policy", "no-referrer");
    }

    private Response shown(PresentedState presented) {
        if (!Accepts.prefersHtml(request)) {
            return Response.ok(presented.credentialSchema(), MediaType.APPLICATION_JSON_TYPE)
                    .build();
        }
        Optional<FormProblem> problem = cookies.problem(request.request(), state());
        Response.ResponseBuilder response = page(200, pages.form(PageWriter.language(request), presented, problem));
        problem.ifPresent(known -> response.cookie(cookies.noProblem(presented.connectionId())));
        return response.build();
    }

    private Response refusedAfterForm(PresentedState presented) {
        return Accepts.prefersHtml(request) ? toPage(presented).build() : refused(presented);
    }

    private Response refused(PresentedState presented) {
        ErrorCode code = presented.error() == null ? ErrorCode.INTERNAL : presented.error();
        if (Accepts.prefersHtml(request)) {
            return page(code.status(), pages.refused(PageWriter.language(request), presented, code))
                    .build();
        }
        throw new ApiException(code, "The state is no longer valid. Begin a new connection.");
    }

    private static Response.ResponseBuilder page(int status, ErrorPage.Page page) {
        Response.ResponseBuilder response = Response.status(status).entity(page.html());
        page.headers().forEach(response::header);
        return response;
    }
}
