package dev.nexus.broker.capture;

import java.util.UUID;

/** Adds the outcome to the query of the return URL, before any fragment. Changes nothing else. */
final class ReturnRedirect {

    private ReturnRedirect() {}

    static String success(String returnUrl, UUID connection) {
        return with(returnUrl, "status=success&connection_id=" + connection);
    }

    /** @param error a code of RFC 6749, 4.1.2.1, or the wire form of an {@code ErrorCode} */
    static String error(String returnUrl, String error, UUID connection) {
        return with(returnUrl, "status=error&error=" + error + "&connection_id=" + connection);
    }

    private static String with(String returnUrl, String outcome) {
        int hash = returnUrl.indexOf('#');
        String target = hash < 0 ? returnUrl : returnUrl.substring(0, hash);
        String fragment = hash < 0 ? "" : returnUrl.substring(hash);
        return target + separator(target) + outcome + fragment;
    }

    private static String separator(String target) {
        int question = target.indexOf('?');
        if (question < 0) {
            return "?";
        }
        return question == target.length() - 1 || target.endsWith("&") ? "" : "&";
    }
}
