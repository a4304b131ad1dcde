package dev.nexus.example.page;

import dev.nexus.example.nexus.NexusFailure;

/**
 * The text for users about a failure of the Gateway, by its error code.
 *
 * @param status the HTTP status of the page
 */
public record Explanation(int status, String title, String text) {

    public static Explanation of(NexusFailure failure) {
        return switch (failure.code()) {
            case "state_expired" ->
                new Explanation(
                        410,
                        "The form has expired",
                        "A form can be used for ten minutes. Nothing was stored. Connect again.");
            case "invalid_state" ->
                new Explanation(
                        409, "This form is not valid", "Nexus does not accept the state of this form. Connect again.");
            case "state_used" ->
                new Explanation(
                        409,
                        "This form was already used",
                        "A form can be used once. Check the list of connections, or connect again.");
            case "connection_not_active" ->
                new Explanation(
                        409,
                        "This connection is no longer active",
                        "It was replaced or disconnected. Connect the account again.");
            case "connection_not_found" ->
                new Explanation(404, "Connection not found", "It was deleted, or it is not your connection.");
            case "provider_not_found" ->
                new Explanation(404, "Provider not found", "Nexus does not have it. Choose one from the list.");
            case "credentials_rejected" ->
                new Explanation(
                        422,
                        "The provider rejected this credential",
                        "Check the credential at the provider, and enter it again.");
            case "verification_unavailable" ->
                new Explanation(
                        503,
                        "The provider cannot check this now",
                        "Your input is not the cause, and nothing was stored. Try again " + when(failure.retryAfter())
                                + ".");
            case "invalid_credentials" ->
                new Explanation(422, "Please correct the fields", "A field is missing or has an invalid value.");
            case "invalid_request" ->
                new Explanation(
                        400, "The input was not accepted", "Correct your input, for example the label, and try again.");
            case "unauthorized" ->
                new Explanation(
                        500,
                        "The API key is invalid",
                        "The Gateway rejected the API key of this application. The operator must set"
                                + " example.gateway.api-key.");
            case "forbidden" ->
                new Explanation(
                        500,
                        "The API key lacks a scope",
                        "It needs connections:write, connections:read and tokens:read. The operator must add them.");
            case "return_url_not_allowed" ->
                new Explanation(
                        500,
                        "The return URL is not allowed",
                        "The operator must add the origin of example.public-url to the return origins of the API key.");
            case "rate_limited" ->
                new Explanation(
                        503,
                        "Too many requests",
                        "Nexus received too many requests and refused this one. Try again " + when(failure.retryAfter())
                                + ".");
            case "unavailable" ->
                new Explanation(
                        503,
                        "Nexus is busy or unavailable",
                        "Try again " + when(failure.retryAfter()) + ". If you have just entered a credential, check the"
                                + " list of connections first: your account may already be connected.");
            case NexusFailure.NO_ANSWER ->
                new Explanation(503, "Nexus did not respond", "It cannot be reached at the moment. Try again later.");
            default ->
                new Explanation(502, "The request failed", "Nexus refused the request. The log has the error code.");
        };
    }

    private static String when(int seconds) {
        if (seconds == 0) {
            return "later";
        }
        return seconds == 1 ? "in a second" : "in " + seconds + " seconds";
    }
}
