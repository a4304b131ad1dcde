package dev.nexus.broker.capture;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.caller.Callers;
import dev.nexus.broker.http.Outcomes;
import dev.nexus.broker.http.Outcomes.Verb;
import dev.nexus.contracts.CaptureApi;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.PresentedState;
import dev.nexus.contracts.StateReference;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** Serves the routes of {@link CaptureApi}, with typed responses: see {@link InternalApi}. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class CaptureResource {

    private final Callers callers;
    private final ShowCaptureSchema showCaptureSchema;
    private final DescribeState describeState;
    private final CaptureCredential captureCredential;
    private final Outcomes outcomes;

    CaptureResource(
            Callers callers,
            ShowCaptureSchema showCaptureSchema,
            DescribeState describeState,
            CaptureCredential captureCredential,
            Outcomes outcomes) {
        this.callers = callers;
        this.showCaptureSchema = showCaptureSchema;
        this.describeState = describeState;
        this.captureCredential = captureCredential;
        this.outcomes = outcomes;
    }

    @POST
    @Path("/capture-schema")
    public Uni<String> captureSchema(StateReference state) {
        return callers.run(caller -> showCaptureSchema.run(caller, state.state()));
    }

    @POST
    @Path("/presented-state")
    public Uni<PresentedState> presentedState(StateReference state) {
        return callers.run(caller -> describeState.run(caller, state.state()));
    }

    @POST
    @Path("/capture-credential")
    public Uni<RestResponse<CapturedConnection>> captureCredential(byte[] body) {
        // CaptureCredential applies the deadline itself. With callers.run, the provider's time would also count.
        Caller caller = callers.current();
        return outcomes.count(Verb.CAPTURE, () -> captureCredential.run(caller, body))
                .map(CaptureResource::seeOther);
    }

    private static RestResponse<CapturedConnection> seeOther(CapturedConnection captured) {
        // As text: a URI object could be written in another form.
        return RestResponse.ResponseBuilder.create(RestResponse.Status.SEE_OTHER, captured)
                .header(HttpHeaders.LOCATION, captured.redirectUrl())
                .build();
    }
}
