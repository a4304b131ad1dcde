package dev.nexus.example.connect;

import dev.nexus.example.page.Answers;
import dev.nexus.example.page.MessageView;
import dev.nexus.example.page.Notice;
import dev.nexus.example.page.Pages;
import dev.nexus.example.session.CurrentSession;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** The callback at return_url. Its query can be forged, so {@link FinishConnection} checks it. */
@Path(CallbackResource.PATH)
@Blocking
public class CallbackResource {

    static final String PATH = "/connections/callback";

    private final FinishConnection finishConnection;
    private final CurrentSession session;
    private final Answers answers;

    CallbackResource(FinishConnection finishConnection, CurrentSession session, Answers answers) {
        this.finishConnection = finishConnection;
        this.session = session;
        this.answers = answers;
    }

    @GET
    public Response back(
            @QueryParam("attempt") @Nullable String nonce,
            @QueryParam("connection_id") @Nullable String connectionId,
            @QueryParam("status") @Nullable String status,
            @QueryParam("error") @Nullable String error) {
        FinishConnection.Outcome outcome =
                finishConnection.finish(session.find(), nonce, connectionId, "success".equals(status));
        return switch (outcome) {
            case CONNECTED -> list(Notice.good("Connected", "The account is connected and ready for use."));
            case NOT_CONNECTED -> list(Notice.bad("Not connected", reason(error)));
            case ALREADY_FINISHED -> answers.seeOther("/connections");
            case UNKNOWN ->
                message(
                        400,
                        "Unknown connection",
                        "This link does not belong to a connection that was started here, or it has expired.");
            case OTHER_SESSION ->
                message(
                        403,
                        "This connection was started in another browser",
                        "Another person may have sent you their link, to connect your account to theirs. "
                                + "Harbour does not use the credential that you entered. It revokes the connection, which "
                                + "destroys the credential. If you started the connection yourself, sign in and connect "
                                + "again in this browser.");
        };
    }

    private static String reason(@Nullable String error) {
        return switch (error == null ? "" : error) {
            case "access_denied" -> "You cancelled. Nothing was stored.";
            case "state_expired" -> "The form has expired. Nothing was stored. Connect again.";
            default -> "The connection was not completed, and Harbour does not use it. Connect again.";
        };
    }

    private Response list(Notice notice) {
        session.get().setNotice(notice);
        return answers.seeOther("/connections");
    }

    private Response message(int status, String title, String text) {
        return answers.page(status, Pages.message(new MessageView(title, text)));
    }
}
