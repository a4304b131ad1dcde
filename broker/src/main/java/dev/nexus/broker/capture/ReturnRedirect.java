package dev.nexus.broker.capture;

import java.util.UUID;

/** The return URL with the outcome added to its query, before a fragment; everything else stays as it was. */
final class ReturnRedirect {

    private ReturnRedirect() {}

    static String success(String returnUrl, UUID connection) {
        int hash = returnUrl.indexOf('#');
        String target = hash < 0 ? returnUrl : returnUrl.substring(0, hash);
        String fragment = hash < 0 ? "" : returnUrl.substring(hash);
        return target + separator(target) + "status=success&connection_id=" + connection + fragment;
    }

    private static String separator(String target) {
        int question = target.indexOf('?');
        if (question < 0) {
            return "?";
        }
        return question == target.length() - 1 || target.endsWith("&") ? "" : "&";
    }
}
