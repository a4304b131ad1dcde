package dev.nexus.broker.caller;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The name that the Gateway's certificate carries as a DNS name or a URI of its subjectAltName (RFC 5280, 4.2.1.6). A
 * wildcard in a certificate is a name like any other, and the subject's common name does not count.
 *
 * @param name compared without regard to case as a DNS name, exactly as a URI
 */
record GatewayIdentity(String name) {

    private static final Integer DNS_NAME = 2;
    private static final Integer URI = 6;

    GatewayIdentity {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an identity must not be blank");
        }
    }

    boolean isIn(X509Certificate certificate) {
        try {
            return isAmong(Optional.ofNullable(certificate.getSubjectAlternativeNames())
                    .orElse(List.of()));
        } catch (CertificateParsingException unreadable) {
            // A name that cannot be read is nobody's.
            return false;
        }
    }

    /** {@code names} as {@link X509Certificate#getSubjectAlternativeNames} gives them: pairs of a kind and a name. */
    boolean isAmong(Collection<List<?>> names) {
        return names.stream().anyMatch(pair -> isThis(pair.get(0), pair.get(1)));
    }

    private boolean isThis(Object kind, Object other) {
        if (!(other instanceof String text)) {
            return false;
        }
        // A DNS name has no colon, a URI has one.
        return name.contains(":")
                ? URI.equals(kind) && name.equals(text)
                : DNS_NAME.equals(kind) && name.equalsIgnoreCase(text);
    }
}
