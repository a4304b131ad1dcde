package dev.nexus.gateway.broker;

import dev.nexus.contracts.ErrorCode;

/** Defines how the Gateway converts each error of the Broker for its caller. */
final class BrokerErrors {

    private BrokerErrors() {}

    /** The conversion of an error of the Broker. */
    enum Handling {
        /** The caller gets the status, code, message and details of the Broker. */
        FORWARD,
        /** 500 internal with the Gateway's message: a defect that a retry does not fix. */
        INTERNAL,
        /**
         * 503 unavailable with Retry-After and the Gateway's message: a failure between the services that may be
         * temporary.
         */
        UNAVAILABLE
    }

    /** For an error code of Nexus. The switch has no default, so that the compiler reports a code that is missing. */
    static Handling of(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST,
                    INVALID_STATE,
                    STATIC_TOKEN,
                    CONNECTION_NOT_FOUND,
                    PROVIDER_NOT_FOUND,
                    WEBHOOK_NOT_FOUND,
                    STATE_USED,
                    CONNECTION_NOT_ACTIVE,
                    PROVIDER_IN_USE,
                    PROVIDER_READ_ONLY,
                    QUOTA_EXCEEDED,
                    STATE_EXPIRED,
                    PRECONDITION_FAILED,
                    PAYLOAD_TOO_LARGE,
                    INVALID_CREDENTIALS,
                    CREDENTIALS_REJECTED,
                    RATE_LIMITED,
                    INTERNAL,
                    VERIFICATION_UNAVAILABLE -> Handling.FORWARD;
            // Only the Gateway reports these. From the Broker, they are a defect.
            case RETURN_URL_NOT_ALLOWED, URI_TOO_LONG, HEADERS_TOO_LARGE -> Handling.INTERNAL;
            // The Broker refuses the service token or the client certificate. For example, a key is being rotated, or
            // the clocks differ.
            case UNAUTHORIZED, FORBIDDEN -> Handling.UNAVAILABLE;
            // The Broker is of an older version that does not have the route.
            case NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE -> Handling.UNAVAILABLE;
            case UNAVAILABLE -> Handling.UNAVAILABLE;
        };
    }

    /**
     * For a response without an error code of Nexus, such as a proxy's. Also for a response with a code of another
     * version, or with a status that is not the status of its code.
     */
    static Handling of(int status) {
        return status == 500 ? Handling.INTERNAL : Handling.UNAVAILABLE;
    }
}
