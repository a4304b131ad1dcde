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

/** The page with a user's connections, and its buttons "Use it" and "Disconnect". */
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
        Optional<ExampleConfig.ProviderRequest> request =
                Optional.ofNullable(config.requests().get(connection.provider().slug()));
        if (!registry.isConfirmed(id)) {
            return redirect(
                    Notice.bad("Not used", "The callback of this connection has not reached Harbour in your session."));
        }
        if (!isUsable(connection)) {
            return redirect(Notice.bad(
                    "Not used",
                    "This connection is no longer active, or the connection that replaced it is not confirmed."));
        }
        if (request.isEmpty()) {
            return redirect(Notice.bad(
                    "No request configured",
                    "Set example.requests." + connection.provider().slug() + ".url for this provider."));
        }
        return redirect(use.send(id, connection.provider().name(), request.get()));
    }

    @POST
    @Path("/{id}/disconnect")
    public Response disconnect(@PathParam("id") String id) {
        own.get(session.get(), id);
        nexus.revokeConnection(id);
        registry.forget(id);
        return redirect(
                Notice.good("Disconnected", "Nexus has destroyed the credential. Revoke it at the provider, too."));
    }

    /** Returns true if the connection is active, or superseded by a confirmed one. */
    private boolean isUsable(Connection connection) {
        String successor = connection.replacedBy();
        return connection.isActive() || (successor != null && registry.isConfirmed(successor));
    }

    private Response redirect(Notice notice) {
        session.get().setNotice(notice);
        return answers.seeOther("/connections");
    }
}
