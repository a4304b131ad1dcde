package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Callers;
import dev.nexus.broker.http.Outcomes;
import dev.nexus.broker.http.Outcomes.Verb;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.TokenApi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Serves the routes of {@link TokenApi}, with typed responses: see {@link InternalApi}. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
class TokenResource {

    private final Callers callers;
    private final ReadToken readToken;
    private final RefuseRefresh refuseRefresh;
    private final Outcomes outcomes;

    TokenResource(Callers callers, ReadToken readToken, RefuseRefresh refuseRefresh, Outcomes outcomes) {
        this.callers = callers;
        this.readToken = readToken;
        this.refuseRefresh = refuseRefresh;
        this.outcomes = outcomes;
    }

    @GET
    @Path("/connections/{id}/token")
    public Uni<byte[]> readToken(@PathParam("id") String id) {
        return outcomes.count(Verb.READ_TOKEN, () -> callers.run(caller -> readToken.run(caller, id)))
                .map(TokenBody::reveal);
    }

    @POST
    @Path("/connections/{id}/refresh")
    public Uni<Void> refresh(@PathParam("id") String id) {
        return callers.run(caller -> refuseRefresh.run(caller, id));
    }
}
