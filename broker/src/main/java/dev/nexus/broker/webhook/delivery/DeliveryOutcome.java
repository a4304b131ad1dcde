package dev.nexus.broker.webhook.delivery;

import java.util.Locale;

/** The outcome of an attempt to deliver an event. */
enum DeliveryOutcome {
    /** The receiver responded with 2xx. */
    DELIVERED,
    /** The receiver responded with 410. Nexus disables the endpoint. */
    GONE,
    /** The receiver responded with another status, for example a redirect. */
    REJECTED,
    /** The receiver did not respond within the time limit. */
    TIMEOUT,
    /** The lookup, the connection or the handshake failed, or the response ended in its head. */
    UNREACHABLE,
    /** The host has an address that must not be called. */
    ADDRESS_REFUSED,
    /** No secret of the endpoint decrypts. Nothing was sent. */
    UNSIGNED,
    /** The endpoint is disabled or deleted. Nothing was sent. */
    NO_ENDPOINT;

    /** Returns the outcome in lower case, as metrics and the API show it. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
