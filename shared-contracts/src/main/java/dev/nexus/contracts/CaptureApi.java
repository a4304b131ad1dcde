package dev.nexus.contracts;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** The Broker's routes that describe or redeem a state. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public interface CaptureApi {

    /** 200 with only the JSON Schema; the state errors of docs/reference/errors.md. */
    @POST
    @Path("/capture-schema")
    @AllowedScopes({Scope.CONNECTIONS_WRITE, InternalHeaders.SCOPE_STATE_PRESENT})
    Uni<RestResponse<byte[]>> captureSchema(StateReference state);

    /**
     * 200, also for a state that can no longer be redeemed; 400 invalid_state if the state's signature is invalid.
     */
    @POST
    @Path("/presented-state")
    @AllowedScopes(InternalHeaders.SCOPE_STATE_PRESENT)
    Uni<RestResponse<PresentedState>> presentedState(StateReference state);

    /**
     * 303 with {@code Location} and the body {@code {connection_id, status, redirect_url}}.
     *
     * @param body the public request body {@code {state, credentials}} as it was received, at most 64 KiB. Only the
     *     Broker parses it, so that the credentials are not serialized again.
     */
    @POST
    @Path("/capture-credential")
    @AllowedScopes({Scope.CONNECTIONS_WRITE, InternalHeaders.SCOPE_STATE_PRESENT})
    Uni<RestResponse<byte[]>> captureCredential(byte[] body);
}
