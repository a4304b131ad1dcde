package dev.nexus.gateway.page;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A part of a host name, out of what users paste for it: {@code https://Acme.zendesk.com/agent} is {@code acme} before
 * {@code .zendesk.com}. page.js does the same.
 */
final class HostPart {

    private static final Pattern SCHEME = Pattern.compile("(?i)^https?://");
    private static final Pattern AFTER_HOST = Pattern.compile("[/?#].*$", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

    private HostPart() {}

    /**
     * The part before {@code suffix}, in lower case; {@code text} itself if it is no such address, for the Broker to
     * refuse.
     */
    static String of(String text, String suffix) {
        String host = SCHEME.matcher(text.strip()).replaceFirst("");
        host = AFTER_HOST.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        boolean whole = host.endsWith(suffix);
        String part = whole ? host.substring(0, host.length() - suffix.length()) : host;
        return NAME.matcher(part).matches() && (whole || part.indexOf('.') < 0) ? part : text;
    }
}
