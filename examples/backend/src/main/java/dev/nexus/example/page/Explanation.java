package dev.nexus.example.page;

import dev.nexus.example.nexus.NexusFailure;

/**
 * What a failure of the Gateway means for the reader, by its code.
 *
 * @param status the HTTP status of the page
 */
public record Explanation(int status, String title, String text) {

    public static Explanation of(NexusFailure failure) {
        return switch (failure.code()) {
            case "state_expired" ->
                new Explanation(
                        410, "That took too long", "A form is good for ten minutes. Begin again; nothing was stored.");
            case "invalid_state", "state_used" ->
                new Explanation(
                        409, "This form was used already", "Each form works once. Look at the list, or begin again.");
            case "connection_not_active" ->
                new Explanation(
                        409, "This connection is over", "It was replaced or disconnected. Connect the account again.");
            case "connection_not_found" ->
                new Explanation(404, "There is no such connection", "It is not one of yours, or it is gone.");
            case "provider_not_found" ->
                new Explanation(404, "There is no such provider", "Nexus does not know it. Choose one from the list.");
            case "credentials_rejected" ->
                new Explanation(422, "The provider does not take this", "It was asked, and it refused the credential.");
            case "verification_unavailable" ->
                new Explanation(
                        503,
                        "The provider cannot check this now",
                        "What you entered is not the problem, and nothing was stored. Try again "
                                + when(failure.retryAfter()) + ".");
            case "invalid_credentials" -> new Explanation(422, "Please look at the fields", "Something is missing.");
            case "invalid_request" ->
                new Explanation(
                        400,
                        "That was not accepted",
                        "Look at what you entered, the label for example, and try again.");
            case "unauthorized" ->
                new Explanation(
                        500,
                        "This application is not let in",
                        "The Gateway does not take its API key. Its operator sets example.gateway.api-key.");
            case "forbidden" ->
                new Explanation(
                        500,
                        "This application may not do that",
                        "Its API key lacks a scope: it needs connections:write, connections:read and tokens:read.");
            case "return_url_not_allowed" ->
                new Explanation(
                        500,
                        "This application cannot be returned to",
                        "The origin of example.public-url is not among the return origins of its API key.");
            case "rate_limited", "unavailable" ->
                new Explanation(
                        503, "Not at the moment", "Nothing was lost. Try again " + when(failure.retryAfter()) + ".");
            case NexusFailure.NO_ANSWER ->
                new Explanation(503, "Nexus gave no answer", "It cannot be reached at the moment. Try again soon.");
            default -> new Explanation(502, "That did not work", "Nexus refused the request. The log has its code.");
        };
    }

    private static String when(int seconds) {
        if (seconds == 0) {
            return "soon";
        }
        return seconds == 1 ? "in a second" : "in " + seconds + " seconds";
    }
}
