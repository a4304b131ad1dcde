package dev.nexus.broker.verification;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What came of asking a provider about a credential. */
public sealed interface VerificationOutcome {

    /** As it is stored and shown: verified or unverified; null where there was nobody to ask. */
    default @Nullable String status() {
        if (this instanceof NotSupported) {
            return null;
        }
        return this instanceof Accepted ? "verified" : "unverified";
    }

    /** Why it is unverified, in lower case; null where it is not. */
    default @Nullable String reasonText() {
        if (this instanceof Rejected) {
            return "rejected";
        }
        return this instanceof Unknown unknown ? unknown.reason().wire() : null;
    }

    /** The provider took the credential. */
    record Accepted() implements VerificationOutcome {}

    /** The provider refused the credential. */
    record Rejected() implements VerificationOutcome {}

    /** The provider could not tell, or could not be asked. */
    record Unknown(Reason reason) implements VerificationOutcome {}

    /** The provider's definition says no way to ask. */
    record NotSupported() implements VerificationOutcome {}

    /** Why there is no answer. */
    enum Reason {
        /** {@code nexus.verification.enabled} is false, or {@code nexus.verification.hosts} does not list the host. */
        DISABLED,
        /** No answer in time. */
        TIMEOUT,
        /** Name, connection or handshake failed, or the answer ended before its head. */
        UNREACHABLE,
        /** The host's address is one that must not be reached, as dev.nexus.broker.outbound has it. */
        ADDRESS_REFUSED,
        /** 429. */
        RATE_LIMITED,
        /** 5xx. */
        PROVIDER_ERROR,
        /** Any other status that the definition does not name, redirects among them. */
        UNEXPECTED_ANSWER,
        /** 403 or another status than 401 that would mean a bad credential, with an HTML page: a firewall's answer. */
        BLOCKED,
        /** This replica makes as many calls as it may, in all or for the tenant. */
        BUSY;

        /** In lower case, as check-connection shows it. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
