package dev.nexus.broker.verification;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The outcome of a verification. */
public sealed interface VerificationOutcome {

    /** Returns the stored status: verified or unverified, or null if the definition has no probe. */
    default @Nullable String status() {
        if (this instanceof NotSupported) {
            return null;
        }
        return this instanceof Accepted ? "verified" : "unverified";
    }

    /** Returns the reason for the status unverified, in lower case. Returns null for any other status. */
    default @Nullable String reasonText() {
        if (this instanceof Rejected) {
            return "rejected";
        }
        return this instanceof Unknown unknown ? unknown.reason().wire() : null;
    }

    /** The provider accepted the credential. */
    record Accepted() implements VerificationOutcome {}

    /** The provider rejected the credential. */
    record Rejected() implements VerificationOutcome {}

    /** The provider was not called, did not respond, or its response does not show whether the credential is valid. */
    record Unknown(Reason reason) implements VerificationOutcome {}

    /** The provider's definition has no probe. */
    record NotSupported() implements VerificationOutcome {}

    /** The reason why the validity is unknown. */
    enum Reason {
        /** {@code nexus.verification.enabled} is false, or {@code nexus.verification.hosts} does not list the host. */
        DISABLED,
        /** The provider did not respond within the time limit. */
        TIMEOUT,
        /**
         * Any other failure of the call, for example of the DNS lookup, the connection or the TLS handshake, or a
         * connection that closed before the response headers were complete.
         */
        UNREACHABLE,
        /** The host has an address that must not be called, as {@code outbound.PublicAddresses} defines it. */
        ADDRESS_REFUSED,
        /** The provider responded with 429, and the definition does not name this status. */
        RATE_LIMITED,
        /** The provider responded with 5xx, and the definition does not name this status. */
        PROVIDER_ERROR,
        /**
         * The definition has no rule for the response, for example for a redirect. Or a rule needs a body that is too
         * long, incomplete or not JSON.
         */
        UNEXPECTED_ANSWER,
        /**
         * A firewall probably sent the response, not the provider's API. The response has a header of a firewall that
         * asks for a browser. Or it is an HTML page with a status that the definition does not accept: 403, or a status
         * other than 401 that the definition names as a rejection.
         */
        BLOCKED,
        /**
         * The response would be a rejection, but the provider's clock differs from the clock of this machine, and the
         * request contains the time.
         */
        CLOCK_SKEW,
        /** All call slots of this replica, or the tenant's share of them, are in use. */
        BUSY;

        /** Returns the reason in lower case, as check-connection returns it. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
