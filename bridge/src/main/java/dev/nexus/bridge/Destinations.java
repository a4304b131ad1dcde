package dev.nexus.bridge;

import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Checks the URL that a credential is sent to. The host must be one of the provider's allowed hosts. The scheme must be
 * https. Only for a loopback host, http is allowed too. The URL must have no user info.
 */
final class Destinations {

    /** The loopback addresses of RFC 6890 and RFC 4291, and the name of RFC 6761. */
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[(0*:)*:?0*1]");

    private final Optional<Set<String>> hosts;

    /**
     * Allows only {@code hosts}. Allows every host if the Optional is empty, because the provider's definition then
     * does not limit the hosts.
     *
     * @throws ForbiddenHostException if an allowed host is not a valid host name
     */
    Destinations(Optional<Set<String>> hosts) {
        this.hosts =
                hosts.map(names -> names.stream().map(Destinations::canonical).collect(Collectors.toSet()));
    }

    /** Throws {@link ForbiddenHostException} if the credential may not be sent to {@code uri}. */
    void check(URI uri) {
        String host = canonical(uri.getHost());
        // "localhost." can be another host than "localhost", so this check is for the name with its dot.
        if (!"https".equalsIgnoreCase(uri.getScheme()) && !isLoopback(uri.getHost())) {
            throw new ForbiddenHostException(
                    "The request's URL must use https. Only a URL of a loopback host may use http.");
        }
        if (uri.getRawUserInfo() != null) {
            throw new ForbiddenHostException(
                    "The request's URL must not contain user info, which can hide the host. Remove the user info and the '@'.");
        }
        if (hosts.isPresent() && !hosts.get().contains(host)) {
            throw new ForbiddenHostException(
                    "The request's host is not a host of the connection's provider. Send the request to one of: "
                            + hosts.get().stream().sorted().collect(Collectors.joining(", ")));
        }
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    /** Converts a host name to lower case and ASCII (RFC 3490), and removes a trailing dot. */
    private static String canonical(String host) {
        try {
            String ascii = IDN.toASCII(host).toLowerCase(Locale.ROOT);
            return ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        } catch (IllegalArgumentException e) {
            throw new ForbiddenHostException(
                    "The host of the request's URL, or an allowed host of the provider, is not a valid host name"
                            + " (RFC 1123). Correct it.");
        }
    }
}
