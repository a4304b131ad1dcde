package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorCode;

/** What a page says instead of a form. */
enum Notice {
    INVALID,
    NOT_FOUND,
    USED,
    REVOKED,
    EXPIRED,
    UNAVAILABLE,
    LIMITED,
    UNSUPPORTED,
    FAILED;

    static Notice of(ErrorCode code) {
        return switch (code) {
            case INVALID_STATE -> INVALID;
            case NOT_FOUND -> NOT_FOUND;
            case STATE_USED -> USED;
            case CONNECTION_NOT_ACTIVE -> REVOKED;
            case STATE_EXPIRED -> EXPIRED;
            case UNAVAILABLE, VERIFICATION_UNAVAILABLE -> UNAVAILABLE;
            case RATE_LIMITED -> LIMITED;
            default -> FAILED;
        };
    }

    /** Whether trying again helps. */
    boolean isPassing() {
        return this == UNAVAILABLE || this == LIMITED;
    }

    String heading(PageText text) {
        return switch (this) {
            case INVALID -> text.invalidHeading();
            case NOT_FOUND -> text.notFoundHeading();
            case USED -> text.usedHeading();
            case REVOKED -> text.revokedHeading();
            case EXPIRED -> text.expiredHeading();
            case UNAVAILABLE -> text.unavailableHeading();
            case LIMITED -> text.limitedHeading();
            case UNSUPPORTED -> text.unsupportedHeading();
            case FAILED -> text.failedHeading();
        };
    }

    String words(PageText text, String provider, String application) {
        return switch (this) {
            case INVALID -> text.invalidText();
            case NOT_FOUND -> text.notFoundText();
            case USED -> text.usedText();
            case REVOKED -> text.revokedText();
            case EXPIRED -> text.expiredText();
            case UNAVAILABLE -> text.unavailableText();
            case LIMITED -> text.limitedText();
            case UNSUPPORTED -> text.unsupportedText(provider, application);
            case FAILED -> text.failedText();
        };
    }
}
