package dev.nexus.runtime;

/**
 * The format of a request id: {@code [A-Za-z0-9._-]{1,64}}. Each request is checked, so no regular expression is used.
 */
public final class RequestIdFormat {

    private static final int MAX_LENGTH = 64;

    private RequestIdFormat() {}

    public static boolean matches(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean alphanumeric = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!alphanumeric && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return !id.isEmpty() && id.length() <= MAX_LENGTH;
    }
}
