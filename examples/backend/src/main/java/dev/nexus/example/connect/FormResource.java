package dev.nexus.example.connect;

import dev.nexus.example.nexus.Capture;
import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.nexus.NexusFailure;
import dev.nexus.example.nexus.Secret;
import dev.nexus.example.page.Answers;
import dev.nexus.example.page.Explanation;
import dev.nexus.example.page.FormField;
import dev.nexus.example.page.FormView;
import dev.nexus.example.page.Notice;
import dev.nexus.example.page.Pages;
import dev.nexus.example.session.CurrentSession;
import dev.nexus.example.session.Session;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Steps 2 and 3 with your own form: shows a form for the provider's schema, and submits the values to the Gateway. */
@Path("/connections/{id}/form")
@Blocking
public class FormResource {

    private final Attempts attempts;
    private final Nexus nexus;
    private final CurrentSession session;
    private final Answers answers;

    FormResource(Attempts attempts, Nexus nexus, CurrentSession session, Answers answers) {
        this.attempts = attempts;
        this.nexus = nexus;
        this.session = session;
        this.answers = answers;
    }

    @GET
    public Response show(@PathParam("id") String id) {
        Optional<Attempt> attempt = attempts.withForm(session.get(), id);
        if (attempt.isEmpty()) {
            return closed(session.get());
        }
        CredentialForm form = CredentialForm.of(nexus.captureSchema(state(attempt.get())));
        return page(200, attempt.get(), form.fields(), null);
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response submit(@PathParam("id") String id, MultivaluedMap<String, String> typed) {
        Optional<Attempt> attempt = attempts.withForm(session.get(), id);
        return attempt.isEmpty() ? closed(session.get()) : submit(attempt.get(), typed);
    }

    private Response submit(Attempt attempt, MultivaluedMap<String, String> typed) {
        CredentialForm form;
        try {
            form = CredentialForm.of(nexus.captureSchema(state(attempt)));
        } catch (NexusFailure failure) {
            return settled(attempt, failure);
        }
        try {
            nexus.captureCredential(new Capture(state(attempt), form.read(typed)));
            return toCallback(attempt);
        } catch (NexusFailure failure) {
            return switch (failure.code()) {
                case "invalid_credentials", "credentials_rejected" -> refused(attempt, form, failure);
                case "rate_limited", "unavailable", "verification_unavailable" ->
                    page(503, attempt, form.fields(), Explanation.of(failure).text());
                case NexusFailure.NO_ANSWER, NexusFailure.UNREADABLE -> checkOutcome(attempt, form);
                default -> settled(attempt, failure);
            };
        }
    }

    /** The state token is still valid: shows the form again, empty, with the errors. */
    private Response refused(Attempt attempt, CredentialForm form, NexusFailure failure) {
        List<FormField> fields = form.withErrors(failure);
        boolean named = fields.stream().anyMatch(field -> field.error() != null);
        return page(422, attempt, fields, named ? null : Explanation.of(failure).text());
    }

    /** The response was lost: check-connection shows whether the Gateway stored the credential. */
    private Response checkOutcome(Attempt attempt, CredentialForm form) {
        return isActive(attempt)
                ? toCallback(attempt)
                : page(
                        503,
                        attempt,
                        form.fields(),
                        "Nexus did not respond, and nothing is stored. Please submit the form again.");
    }

    /**
     * Redirects to the callback if an earlier request has already captured the credential. For example, after a double
     * click, the second request fails with state_used. Otherwise, throws {@code failure}.
     */
    private Response settled(Attempt attempt, NexusFailure failure) {
        if (failure.is("state_used") && isActive(attempt)) {
            return toCallback(attempt);
        }
        throw failure;
    }

    private boolean isActive(Attempt attempt) {
        return nexus.checkConnection(attempt.connectionId()).isActive();
    }

    /** Redirects to the callback, as the hosted page does. The address is the same as redirect_url of the response. */
    private Response toCallback(Attempt attempt) {
        return answers.seeOther(CallbackResource.PATH + "?attempt="
                + attempt.nonce().reveal() + "&status=success&connection_id=" + attempt.connectionId());
    }

    private Response closed(Session signedIn) {
        signedIn.setNotice(Notice.bad(
                "This form is closed", "It was already used, or it is older than ten minutes. Connect again."));
        return answers.seeOther("/connections");
    }

    private Response page(int status, Attempt attempt, List<FormField> fields, @Nullable String problem) {
        return answers.page(
                status,
                Pages.credentialForm(new FormView(
                        attempt.session().user(),
                        attempt.provider(),
                        "/connections/" + attempt.connectionId() + "/form",
                        fields,
                        problem)));
    }

    private static Secret state(Attempt attempt) {
        return attempt.state().orElseThrow();
    }
}
