package dev.nexus.example.session;

import dev.nexus.example.page.Answers;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Sends who is not signed in to the page where one signs in. */
class SignInFirst {

    private final Answers answers;

    SignInFirst(Answers answers) {
        this.answers = answers;
    }

    @ServerExceptionMapper
    Response answer(NotSignedInException notSignedIn) {
        return answers.seeOther("/");
    }
}
