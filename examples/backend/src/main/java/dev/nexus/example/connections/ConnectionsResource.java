package dev.nexus.example.connections;

import dev.nexus.example.ExampleConfig;
import dev.nexus.example.connect.ConnectionRegistry;
import dev.nexus.example.connect.OwnConnection;
import dev.nexus.example.nexus.Connection;
import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.page.Answers;
import dev.nexus.example.page.Notice;
import dev.nexus.example.page.Pages;
import dev.nexus.example.session.CurrentSession;
import dev.nexus.example.session.Session;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The page of a user's connections, and its buttons: use it, disconnect. */
@Path("/connections")
@Blocking
public class ConnectionsResource {

    private final ListConnections list;
    private final OwnConnection own;
    private final UseConnection use;
    private final Nexus nexus;
    private final ConnectionRegistry registry;
    private final ExampleConfig config;
    private final CurrentSession session;
    private final Answers answers;

    ConnectionsResource(
            ListConnections list,
            OwnConnection own,
            UseConnection use,
            Nexus nexus,
            ConnectionRegistry registry,
            ExampleConfig config,
            CurrentSession session,
            Answers answers) {
        this.list = list;
        this.own = own;
        this.use = use;
        this.nexus = nexus;
        this.registry = registry;
        this.config = config;
        this.session = session;
        this.answers = answers;
    }

    @GET
    public Response show(@QueryParam("cursor") @Nullable String cursor) {
        return answers.page(200, Pages.connections(list.of(session.get(), cursor)));
    }

    @POST
    @Path("/{id}/use")
    public Response use(@PathParam("id") String id) {
        Session signedIn = session.get();
        Connection connection = own.get(signedIn, id);
        Optional<ExampleConfig.ProviderRequest> question =
                Optional.ofNullable(config.requests().get(connection.provider().slug()));
        if (!registry.isConfirmed(id)) {
            return tell(Notice.bad("Not used", "The browser that began this connection has not come back from it."));
        }
        if (!isServed(connection)) {
            return tell(Notice.bad(
                    "Not used",
                    "This connection is over, or replaced by one whose browser has not come back from it."));
        }
        if (question.isEmpty()) {
            return tell(Notice.bad("Nothing to ask", "example.requests has no request for this provider."));
        }
        return tell(use.ask(id, connection.provider().name(), question.get()));
    }

    @POST
    @Path("/{id}/disconnect")
    public Response disconnect(@PathParam("id") String id) {
        own.get(session.get(), id);
        nexus.revokeConnection(id);
        registry.forget(id);
        return tell(
                Notice.good("Disconnected", "The credential is destroyed, at Nexus. Delete it at the provider, too."));
    }

    /** Whether it is in use itself, or was replaced by one that this application uses. */
    private boolean isServed(Connection connection) {
        String successor = connection.replacedBy();
        return connection.isActive() || (successor != null && registry.isConfirmed(successor));
    }

    private Response tell(Notice notice) {
        session.get().tell(notice);
        return answers.seeOther("/connections");
    }
}
