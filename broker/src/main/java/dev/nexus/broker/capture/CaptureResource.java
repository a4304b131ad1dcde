package dev.nexus.broker.capture;

import dev.nexus.broker.caller.Callers;
import dev.nexus.contracts.CaptureApi;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.PresentedState;
import dev.nexus.contracts.StateReference;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/**
 * Serves the route presentedState of {@link CaptureApi}. {@link CaptureSchemaEndpoint} and
 * {@link CaptureCredentialEndpoint} serve the other two routes. Does not implement that interface, see
 * {@link InternalApi}.
 */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class CaptureResource {

    private final Callers callers;
    private final DescribeState describeState;

    CaptureResource(Callers callers, DescribeState describeState) {
        this.callers = callers;
        this.describeState = describeState;
    }

    @POST
    @Path("/presented-state")
    public Uni<PresentedState> presentedState(StateReference state) {
        return callers.run(caller -> describeState.run(caller, state.state()));
    }
}
