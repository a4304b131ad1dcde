package dev.nexus.gateway.http;

import java.net.URI;
import java.net.URISyntaxException;

/** Checks the URI of a request line. Quarkus would send an empty 400, so {@code GatewayMain} switches its check off. */
final class RequestUri {

    /** The characters of a path and a query that need no encoding, except letters and digits. */
    private static final String PUNCTUATION = "/-_.~!*'();:@&=+$,?";

    private RequestUri() {}

    /** Returns true if {@code uri} is valid for {@link URI}. */
    static boolean isValid(String uri) {
        if (isPlain(uri)) {
            return true;
        }
        try {
            new URI(uri);
            return true;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    /**
     * Returns true for the form of nearly all requests: a path and a query of allowed ASCII characters. This check
     * costs much less than parsing. A URI for which this check returns false may be valid too.
     */
    private static boolean isPlain(String uri) {
        if (!uri.startsWith("/") || uri.startsWith("//")) {
            return false;
        }
        for (int i = 1; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '%') {
                if (i + 2 >= uri.length() || !isHexDigit(uri.charAt(i + 1)) || !isHexDigit(uri.charAt(i + 2))) {
                    return false;
                }
                i += 2;
            } else if (!isAlphanumeric(c) && PUNCTUATION.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isHexDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
