package dev.nexus.example.session;

import dev.nexus.example.page.Answers;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Redirects browsers without a session to the sign-in page. */
class SignInRedirect {

    private final Answers answers;

    SignInRedirect(Answers answers) {
        this.answers = answers;
    }

    @ServerExceptionMapper
    Response answer(NotSignedInException notSignedIn) {
        return answers.seeOther("/");
    }
}
