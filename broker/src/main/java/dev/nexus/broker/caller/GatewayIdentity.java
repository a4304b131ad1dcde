package dev.nexus.broker.caller;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The name in the Gateway's certificate: a DNS name or a URI in the subjectAltName (RFC 5280, 4.2.1.6). A wildcard in a
 * certificate matches only the same wildcard. The common name of the subject is ignored.
 *
 * @param name a DNS name, compared without regard to case, or a URI, compared exactly. Not blank
 */
record GatewayIdentity(String name) {

    private static final Integer DNS_NAME = 2;
    private static final Integer URI = 6;

    GatewayIdentity {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an identity must not be blank");
        }
    }

    boolean matches(X509Certificate certificate) {
        try {
            return isAmong(Optional.ofNullable(certificate.getSubjectAlternativeNames())
                    .orElse(List.of()));
        } catch (CertificateParsingException unreadable) {
            return false;
        }
    }

    /**
     * Returns true if {@code names}, pairs of type and name from {@link X509Certificate#getSubjectAlternativeNames},
     * contain this name.
     */
    boolean isAmong(Collection<List<?>> names) {
        return names.stream().anyMatch(pair -> matches(pair.get(0), pair.get(1)));
    }

    private boolean matches(Object type, Object other) {
        if (!(other instanceof String text)) {
            return false;
        }
        // A DNS name has no colon, a URI has one.
        return name.contains(":")
                ? URI.equals(type) && name.equals(text)
                : DNS_NAME.equals(type) && name.equalsIgnoreCase(text);
    }
}
