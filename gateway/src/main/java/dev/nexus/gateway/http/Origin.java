package dev.nexus.gateway.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A web origin (RFC 6454): lower-case scheme and host, effective port.
 *
 * @param scheme https, or http
 * @param host an ASCII host name, an IPv4 address, or an IPv6 address in brackets
 * @param port 1–65535
 */
public record Origin(String scheme, String host, int port) {

    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}]");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    /** Parses an origin. Empty if {@code text} has a path, a query or a fragment, or is not an origin. */
    public static Optional<Origin> parse(String text) {
        try {
            URI uri = new URI(text);
            String rest = uri.getRawPath();
            return (rest == null || rest.isEmpty()) && uri.getRawQuery() == null && uri.getRawFragment() == null
                    ? of(uri)
                    : Optional.empty();
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    /** Returns the origin of an absolute http or https URL without user info. Empty for any other text. */
    public static Optional<Origin> ofUrl(String text) {
        try {
            return of(new URI(text));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    /** Returns the origin of an absolute http or https URI without user info. Empty for any other URI. */
    public static Optional<Origin> of(URI uri) {
        if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null || uri.isOpaque()) {
            return Optional.empty();
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        boolean known = scheme.equals("https") || scheme.equals("http");
        int port = uri.getPort() == -1 ? (scheme.equals("https") ? 443 : 80) : uri.getPort();
        if (!known || port < 1 || port > 65_535 || !authority(host, uri).equals(uri.getRawAuthority())) {
            return Optional.empty();
        }
        return NAME.matcher(host).matches() || IPV6.matcher(host).matches()
                ? Optional.of(new Origin(scheme, host, port))
                : Optional.empty();
    }

    /**
     * Returns {@code host} or {@code host:port} in its normal form. {@link #of} refuses a URI whose authority differs,
     * for example with an empty port, or with a port that begins with a zero.
     */
    private static String authority(String host, URI uri) {
        String given = String.valueOf(uri.getHost());
        return (given.equalsIgnoreCase(host) ? given : host) + (uri.getPort() == -1 ? "" : ":" + uri.getPort());
    }

    /** Returns true if the host is a loopback host: localhost, 127.0.0.0/8, [::1]. */
    public boolean isLoopback() {
        return LOOPBACK.matcher(host).matches();
    }

    /** The origin with its port, even if that is the default: {@code https://your-app.com:443}. */
    public String canonical() {
        return scheme + "://" + host + ":" + port;
    }
}
