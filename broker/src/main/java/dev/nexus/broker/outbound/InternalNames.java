package dev.nexus.broker.outbound;

import java.util.List;

/** Recognizes host names that are valid only on one machine or in a private network. */
public final class InternalNames {

    /**
     * RFC 6761 (localhost), the DNS specification of Kubernetes, and the metadata services and hosts of clouds and
     * Docker.
     */
    private static final List<String> OWN = List.of(
            "localhost",
            "localdomain",
            "svc",
            "cluster.local",
            "metadata.google.internal",
            "metadata.goog",
            "ec2.internal",
            "compute.internal",
            "docker.internal");

    /** ICANN's private domain, RFC 6762, RFC 8375, and the domains in private networks of RFC 6762, appendix G. */
    private static final List<String> PRIVATE =
            List.of("internal", "local", "home.arpa", "intranet", "private", "corp", "home", "lan");

    private InternalNames() {}

    /**
     * Returns true if {@code host}, in lower case, is a name of this machine, of its cluster or of its cloud. A name
     * without a dot is such a name.
     */
    public static boolean isOwn(String host) {
        return host.indexOf('.') < 0 || isBelow(OWN, host);
    }

    /** Returns true if {@code host}, in lower case, is in a domain that private networks use. */
    public static boolean isPrivate(String host) {
        return isBelow(PRIVATE, host);
    }

    private static boolean isBelow(List<String> domains, String host) {
        return domains.stream().anyMatch(domain -> host.equals(domain) || host.endsWith("." + domain));
    }
}
