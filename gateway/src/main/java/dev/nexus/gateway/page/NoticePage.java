package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedState;
import dev.nexus.gateway.http.Origin;
import java.util.Locale;
import java.util.Optional;

/** A page that says why there is no form, and what to do. */
final class NoticePage {

    private static final int MAX_NAME = 100;

    private final Locale locale;
    private final PageText text;
    private final Brand brand;
    private final Notice notice;
    private final Optional<PresentedState> presented;
    private final Optional<Origin> back;

    NoticePage(Locale locale, Brand brand, Notice notice, Optional<PresentedState> presented) {
        this.locale = locale;
        this.text = PageLanguage.text(locale);
        this.brand = brand;
        this.notice = notice;
        this.presented = presented;
        this.back = presented.map(PresentedState::redirectUrl).flatMap(Origin::ofUrl);
    }

    /** What the page is about. */
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
        private boolean isTemporary() {
            return this == UNAVAILABLE || this == LIMITED;
        }
    }

    /** A BCP 47 tag. */
    public String language() {
        return locale.toLanguageTag();
    }

    public String title() {
        return heading();
    }

    public Brand brand() {
        return brand;
    }

    /** What the page calls the application; empty if it does not know it. */
    public String application() {
        return presented.isPresent() ? brand.application(back) : "";
    }

    private String isolatedApplication() {
        return PlainText.isolated(application().isEmpty() ? text.someApplication() : application());
    }

    private String provider() {
        return PlainText.isolated(presented
                .map(known -> PlainText.of(known.providerName(), MAX_NAME))
                .orElse(""));
    }

    public String heading() {
        return switch (notice) {
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

    public String words() {
        return switch (notice) {
            case INVALID -> text.invalidText();
            case NOT_FOUND -> text.notFoundText();
            case USED -> text.usedText();
            case REVOKED -> text.revokedText();
            case EXPIRED -> text.expiredText();
            case UNAVAILABLE -> text.unavailableText();
            case LIMITED -> text.limitedText();
            case UNSUPPORTED -> text.unsupportedText(provider(), isolatedApplication());
            case FAILED -> text.failedText();
        };
    }

    /** What the link says; empty if there is none. */
    public String button() {
        if (notice.isTemporary()) {
            return text.tryAgain();
        }
        if (back.isEmpty()) {
            return "";
        }
        return notice == Notice.USED ? text.proceed(isolatedApplication()) : text.back(isolatedApplication());
    }

    /** Where the link leads; empty for this page again. */
    public String href() {
        return notice.isTemporary() || back.isEmpty()
                ? ""
                : presented.map(PresentedState::redirectUrl).orElse("");
    }
}
