package dev.nexus.gateway.broker;

import dev.nexus.contracts.ErrorCode;

/** What a caller is told for each error that the Broker can answer. */
final class BrokerErrors {

    private BrokerErrors() {}

    /** What becomes of an error of the Broker. */
    enum Passing {
        /** Its status, code, message and details go to the caller. */
        AS_IT_IS,
        /** 500 internal, in the Gateway's words: a fault that trying again does not fix. */
        INTERNAL,
        /** 503 unavailable with Retry-After, in the Gateway's words: a fault between the services that may pass. */
        UNAVAILABLE
    }

    /** The row of {@code code}. The compiler asks for one when a code is added. */
    static Passing of(ErrorCode code) {
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
                    STATE_EXPIRED,
                    PRECONDITION_FAILED,
                    PAYLOAD_TOO_LARGE,
                    INVALID_CREDENTIALS,
                    CREDENTIALS_REJECTED,
                    RATE_LIMITED,
                    INTERNAL,
                    VERIFICATION_UNAVAILABLE -> Passing.AS_IT_IS;
            // The Gateway answers these itself, so from the Broker they are a fault of ours that no time fixes.
            case RETURN_URL_NOT_ALLOWED, URI_TOO_LONG, HEADERS_TOO_LARGE -> Passing.INTERNAL;
            // The service token is refused: its key is being rotated, or the clocks differ.
            case UNAUTHORIZED, FORBIDDEN -> Passing.UNAVAILABLE;
            // The Broker is of another version and does not know the route yet.
            case NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE -> Passing.UNAVAILABLE;
            case UNAVAILABLE -> Passing.UNAVAILABLE;
        };
    }

    /** The row of an answer without a code of ours: another version's, a proxy's, or none at all. */
    static Passing of(int status) {
        return status == 500 ? Passing.INTERNAL : Passing.UNAVAILABLE;
    }
}
