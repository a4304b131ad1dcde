package dev.nexus.broker.webhook.delivery;

import java.util.Locale;

/** The outcome of an attempt to deliver an event. */
enum DeliveryOutcome {
    /** The receiver responded with 2xx. */
    DELIVERED,
    /**
     * The receiver responded with 410. Nexus disables the endpoint, unless the endpoint has changed since the event was
     * claimed.
     */
    GONE,
    /** The receiver responded with any other status, for example a redirect. */
    REJECTED,
    /** The receiver did not respond within the time limit. */
    TIMEOUT,
    /**
     * Any other failure of the attempt, for example of the DNS lookup, the connection or the TLS handshake, or a
     * connection that closed before the response headers were complete.
     */
    UNREACHABLE,
    /** The host has an address that must not be called. */
    ADDRESS_REFUSED,
    /** The endpoint has no signing secret that can be decrypted. Nothing was sent. */
    UNSIGNED,
    /** The endpoint is disabled or deleted. Nothing was sent. */
    NO_ENDPOINT;

    /** Returns the outcome in lower case, as metrics and the API show it. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
