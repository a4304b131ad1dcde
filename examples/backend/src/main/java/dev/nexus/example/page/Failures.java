package dev.nexus.example.page;

import dev.nexus.example.nexus.NexusFailure;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Converts unhandled exceptions to error pages. */
class Failures {

    private static final Logger LOG = Logger.getLogger(Failures.class);

    private final Answers answers;

    Failures(Answers answers) {
        this.answers = answers;
    }

    @ServerExceptionMapper
    Response answer(NexusFailure failure) {
        Explanation explanation = Explanation.of(failure);
        if (explanation.status() >= 500) {
            LOG.warnf("The call to the Gateway failed: status=%d error=%s", failure.status(), failure.code());
        }
        Response page = page(explanation.status(), explanation.title(), explanation.text());
        if (failure.retryAfter() > 0) {
            page.getHeaders().putSingle("Retry-After", failure.retryAfter());
        }
        return page;
    }

    @ServerExceptionMapper
    Response answer(WebApplicationException refused) {
        return plain(refused.getResponse().getStatus());
    }

    @ServerExceptionMapper
    Response answer(Throwable failure) {
        LOG.error("A request failed", failure);
        return plain(500);
    }

    /** Adds a page to the response of the CSRF filter, which has no body. */
    @ServerResponseFilter
    void addPage(ContainerResponseContext response) {
        if (response.getStatus() == 400 && !response.hasEntity()) {
            response.setEntity(Pages.message(words(400)).render(), null, MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"));
        }
    }

    private Response plain(int status) {
        MessageView words = words(status);
        return page(status, words.title(), words.text());
    }

    private static MessageView words(int status) {
        return switch (status) {
            case 400 ->
                new MessageView(
                        "This form is out of date", "It has expired, or another page sent it. Open the form again.");
            case 404 -> new MessageView("Page not found", "Check the address.");
            case 500 -> new MessageView("Internal error", "The log has the cause. Try again later.");
            default -> new MessageView("The request failed", "The request is invalid. Go back and try again.");
        };
    }

    private Response page(int status, String title, String text) {
        return answers.page(status, Pages.message(new MessageView(title, text)));
    }
}
