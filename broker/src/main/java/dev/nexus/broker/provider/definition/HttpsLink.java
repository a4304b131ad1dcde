package dev.nexus.broker.provider.definition;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * The rule for the links of a definition, to documentation and to the pages where users find a value: an absolute https
 * URL without user info, at most 2,048 characters.
 */
final class HttpsLink {

    private static final int MAX_LENGTH = 2_048;

    private HttpsLink() {}

    static boolean isValid(String url) {
        try {
            URI uri = new URI(url);
            return url.length() <= MAX_LENGTH
                    && "https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
