package dev.nexus.broker.outbound;

import java.util.List;

/**
 * Recognizes host names that are valid only on one machine or in a private network.
 * {@code verification.CredentialHosts} always refuses the names of {@link #isOwn}. It refuses those of
 * {@link #isPrivate} only if {@code nexus.verification.allowed-addresses} is empty. A name can be in both groups.
 */
public final class InternalNames {

    /**
     * localhost (RFC 6761), localdomain (its domain on many Linux systems), svc and cluster.local (Kubernetes), the
     * metadata service of Google Cloud, ec2.internal and compute.internal (machines of AWS), and docker.internal
     * (Docker).
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

    /** internal (ICANN), local (RFC 6762), home.arpa (RFC 8375), and the other names of RFC 6762, appendix G. */
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
