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

/** Where a browser comes back to: the return_url. Its query is a hint and not a proof; {@link ComeBack} judges. */
@Path(CallbackResource.PATH)
@Blocking
public class CallbackResource {

    static final String PATH = "/connections/callback";

    private final ComeBack comeBack;
    private final CurrentSession session;
    private final Answers answers;

    CallbackResource(ComeBack comeBack, CurrentSession session, Answers answers) {
        this.comeBack = comeBack;
        this.session = session;
        this.answers = answers;
    }

    @GET
    public Response back(
            @QueryParam("attempt") @Nullable String nonce,
            @QueryParam("connection_id") @Nullable String connectionId,
            @QueryParam("status") @Nullable String status,
            @QueryParam("error") @Nullable String error) {
        ComeBack.Outcome outcome = comeBack.judge(session.find(), nonce, connectionId, "success".equals(status));
        return switch (outcome) {
            case CONNECTED -> list(Notice.good("Connected", "The account is connected and ready for use."));
            case NOT_CONNECTED -> list(Notice.bad("Not connected", reason(error)));
            case FINISHED_BEFORE -> answers.seeOther("/connections");
            case UNKNOWN ->
                message(
                        400,
                        "There is nothing to finish here",
                        "This address does not belong to a connection that was begun here, or it is too old.");
            case BEGUN_ELSEWHERE ->
                message(
                        403,
                        "This was begun in another browser",
                        "Somebody may have sent you their own link, to have your account connected to theirs. "
                                + "What you entered is not used: the connection is cut, and the credential is being destroyed. "
                                + "If it was you, sign in and begin again in this browser.");
        };
    }

    private static String reason(@Nullable String error) {
        return switch (error == null ? "" : error) {
            case "access_denied" -> "You have cancelled. Nothing was stored.";
            case "state_expired" -> "That took too long. Nothing was stored; begin again.";
            default -> "It was not finished. Nothing of it is used; begin again.";
        };
    }

    private Response list(Notice notice) {
        session.get().tell(notice);
        return answers.seeOther("/connections");
    }

    private Response message(int status, String title, String text) {
        return answers.page(status, Pages.message(new MessageView(title, text)));
    }
}
