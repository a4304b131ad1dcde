package dev.nexus.example.session;

import dev.nexus.example.page.Answers;
import dev.nexus.example.page.Pages;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Signs a user in by name, without a password. Only for a demonstration. */
@Path("/")
@Blocking
public class SignInResource {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private final Sessions sessions;
    private final CurrentSession session;
    private final Answers answers;

    SignInResource(Sessions sessions, CurrentSession session, Answers answers) {
        this.sessions = sessions;
        this.session = session;
        this.answers = answers;
    }

    @GET
    public Response welcome() {
        return session.find().isPresent() ? answers.seeOther("/connections") : answers.page(200, Pages.signIn(false));
    }

    @POST
    @Path("sign-in")
    public Response signIn(@FormParam("user") @Nullable String user) {
        if (user == null || !NAME.matcher(user).matches()) {
            return answers.page(422, Pages.signIn(true));
        }
        sessions.close(session.id());
        return answers.seeOther("/connections", sessions.open(user));
    }

    @POST
    @Path("sign-out")
    public Response signOut() {
        return answers.seeOther("/", sessions.close(session.id()));
    }
}
