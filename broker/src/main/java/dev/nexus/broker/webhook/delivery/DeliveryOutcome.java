package dev.nexus.broker.webhook.delivery;

import java.util.Locale;

/** What came of one attempt. */
enum DeliveryOutcome {
    /** 2xx. */
    DELIVERED,
    /** 410: the receiver wants no more. */
    GONE,
    /** Any other status, redirects among them. */
    REJECTED,
    /** No answer in time. */
    TIMEOUT,
    /** Name, connection or handshake failed, or the answer ended before its head. */
    UNREACHABLE,
    /** The host's address is one that must not be reached. */
    ADDRESS_REFUSED,
    /** No secret of the endpoint opens; nothing was sent. */
    UNSIGNED,
    /** The endpoint is disabled or deleted; nothing was sent. */
    NO_ENDPOINT;

    /** In lower case, as metrics and the API show it. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
