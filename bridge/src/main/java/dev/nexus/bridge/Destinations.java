package dev.nexus.bridge;

import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where a credential may be sent: the hosts that its provider is reached at, over https, or http to this very machine. */
final class Destinations {

    /** The loopback addresses of RFC 6890 and RFC 4291, and the name of RFC 6761. */
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[(0*:)*:?0*1]");

    private final Optional<Set<String>> hosts;

    /** {@code hosts} alone, or any where the Gateway named none. */
    Destinations(Optional<Set<String>> hosts) {
        this.hosts =
                hosts.map(names -> names.stream().map(Destinations::canonical).collect(Collectors.toSet()));
    }

    /** Returns where a credential may be sent to {@code uri}; else fails with {@link ForbiddenHostException}. */
    void check(URI uri) {
        String host = canonical(uri.getHost());
        if (!"https".equalsIgnoreCase(uri.getScheme()) && !isLoopback(host)) {
            throw new ForbiddenHostException("A credential is sent over https, or over http to a loopback host alone");
        }
        if (uri.getRawUserInfo() != null) {
            throw new ForbiddenHostException("A URL with user info is not taken: it hides the host");
        }
        if (hosts.isPresent() && !hosts.get().contains(host)) {
            throw new ForbiddenHostException(
                    "The connection's credential is not for this host; its provider is reached at "
                            + hosts.get().stream().sorted().collect(Collectors.joining(", ")));
        }
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    /** In lower case and ASCII (RFC 3490), without the dot of the root. */
    private static String canonical(String host) {
        try {
            String ascii = IDN.toASCII(host).toLowerCase(Locale.ROOT);
            return ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        } catch (IllegalArgumentException e) {
            throw new ForbiddenHostException("The host is no name of RFC 1123");
        }
    }
}
