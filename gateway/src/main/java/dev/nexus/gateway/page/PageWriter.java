package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedState;
import dev.nexus.gateway.http.Accepts;
import dev.nexus.gateway.http.ErrorPage;
import dev.nexus.gateway.http.Origin;
import dev.nexus.gateway.page.Branding.Brand;
import dev.nexus.gateway.page.PageCookies.FormProblem;
import dev.nexus.gateway.page.PageWriter.NoticePage.Notice;
import dev.nexus.runtime.ApiException;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.qute.i18n.Localized;
import io.quarkus.qute.i18n.MessageBundles;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes the HTML of the form and of the notices, in the browser's language. */
@ApplicationScoped
class PageWriter implements ErrorPage {

    /** The maximum length in characters. A longer Accept-Language is ignored. */
    private static final int MAX_ACCEPT_LANGUAGE = 1_000;

    /** The languages of the page. */
    static final List<Locale> LANGUAGES = List.of(
            Locale.ENGLISH,
            Locale.GERMAN,
            Locale.FRENCH,
            Locale.forLanguageTag("es"),
            Locale.forLanguageTag("pt-BR"),
            Locale.forLanguageTag("pt-PT"));

    /**
     * The variants of Portuguese without a file. In CLDR pt means pt-BR, and pt-PT is the parent of the other variants.
     */
    private static final List<String> PORTUGUESE = List.of(
            "pt", "pt-AO", "pt-CH", "pt-CV", "pt-FR", "pt-GQ", "pt-GW", "pt-LU", "pt-MO", "pt-MZ", "pt-ST", "pt-TL");

    private static final List<Locale> ACCEPTED = Stream.concat(
                    LANGUAGES.stream(), PORTUGUESE.stream().map(Locale::forLanguageTag))
            .toList();

    private final Branding branding;
    private final PageHeaders headers;
    private final PageCookies cookies;

    PageWriter(Branding branding, PageHeaders headers, PageCookies cookies) {
        this.branding = branding;
        this.headers = headers;
        this.cookies = cookies;
    }

    /** Quarkus checks the templates against these types at build time. */
    @CheckedTemplate(basePath = "page")
    static final class Templates {

        private Templates() {}

        static native TemplateInstance form(FormPage page);

        static native TemplateInstance notice(NoticePage page);
    }

    @Override
    public boolean isFor(RoutingContext request) {
        // This is the raw path, because a path that cannot be decoded gets an error page too.
        String path = request.request().path();
        return path != null && path.startsWith("/auth/") && Accepts.prefersHtml(request);
    }

    @Override
    public Page of(RoutingContext request, ApiException failure) {
        return notice(language(request), Notice.of(failure.code()), Optional.empty());
    }

    /** Explains why the state is no longer valid, with a link to the application. */
    Page refused(Locale language, PresentedState presented, ErrorCode code) {
        return notice(language, Notice.of(code), Optional.of(presented));
    }

    /** Writes the form, with the errors of the previous submit. Writes a notice if a form cannot request all values. */
    Page form(Locale language, PresentedState presented, Optional<FormProblem> problem) {
        CredentialForm form = CredentialForm.of(presented);
        if (!form.complete()) {
            return notice(language, Notice.UNSUPPORTED, Optional.of(presented));
        }
        Brand brand = branding.of(presented.tenant());
        FormPage page = new FormPage(language, brand, presented, form, problem, cookies.path(presented.connectionId()));
        return page(Templates.form(page), language, brand, Origin.ofUrl(presented.redirectUrl()));
    }

    private Page notice(Locale language, Notice notice, Optional<PresentedState> presented) {
        Brand brand = presented.map(PresentedState::tenant).map(branding::of).orElse(branding.plain());
        NoticePage page = new NoticePage(language, brand, notice, presented);
        return page(Templates.notice(page), language, brand, Optional.empty());
    }

    private Page page(TemplateInstance template, Locale language, Brand brand, Optional<Origin> back) {
        return new Page(
                headers.page(brand, back),
                template.setLocale(language.toLanguageTag()).render());
    }

    /** The browser's first preferred language that the page supports, otherwise English. */
    static Locale language(RoutingContext request) {
        return language(String.valueOf(request.request().getHeader(HttpHeaders.ACCEPT_LANGUAGE)));
    }

    /** Finds the language in Accept-Language with the lookup of RFC 4647. */
    static Locale language(String acceptLanguage) {
        if (acceptLanguage.length() > MAX_ACCEPT_LANGUAGE) {
            return Locale.ENGLISH;
        }
        try {
            Locale found = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), ACCEPTED);
            if (found == null) {
                return Locale.ENGLISH;
            }
            if (LANGUAGES.contains(found)) {
                return found;
            }
            return Locale.forLanguageTag(found.getCountry().isEmpty() ? "pt-BR" : "pt-PT");
        } catch (IllegalArgumentException malformed) {
            return Locale.ENGLISH;
        }
    }

    /** Returns the page's texts in {@code locale}, which must be one of {@link #LANGUAGES}. */
    static PageText text(Locale locale) {
        return locale.equals(Locale.ENGLISH)
                ? MessageBundles.get(PageText.class)
                : MessageBundles.get(PageText.class, Localized.Literal.of(locale.toLanguageTag()));
    }

    /** A page without a form that explains the reason and the next step. */
    static final class NoticePage {

        private static final int MAX_NAME = 100;

        private final Locale locale;
        private final PageText text;
        private final Brand brand;
        private final Notice notice;
        private final Optional<PresentedState> presented;
        private final Optional<Origin> back;

        NoticePage(Locale locale, Brand brand, Notice notice, Optional<PresentedState> presented) {
            this.locale = locale;
            this.text = text(locale);
            this.brand = brand;
            this.notice = notice;
            this.presented = presented;
            this.back = presented.map(PresentedState::redirectUrl).flatMap(Origin::ofUrl);
        }

        /** The subject of a notice. */
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

            /** Returns true if a retry may help. */
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

        /** The application's name on the page. Empty if it is unknown. */
        public String application() {
            return presented.isPresent() ? brand.application(back) : "";
        }

        private String isolatedApplication() {
            return PlainText.isolated(application().isEmpty() ? text.someApplication() : application());
        }

        private String isolatedProvider() {
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

        public String explanation() {
            return switch (notice) {
                case INVALID -> text.invalidText();
                case NOT_FOUND -> text.notFoundText();
                case USED -> text.usedText();
                case REVOKED -> text.revokedText();
                case EXPIRED -> text.expiredText();
                case UNAVAILABLE -> text.unavailableText();
                case LIMITED -> text.limitedText();
                case UNSUPPORTED -> text.unsupportedText(isolatedProvider(), isolatedApplication());
                case FAILED -> text.failedText();
            };
        }

        /** The text of the link. Empty if the page has no link. */
        public String button() {
            if (notice.isTemporary()) {
                return text.tryAgain();
            }
            if (back.isEmpty()) {
                return "";
            }
            return notice == Notice.USED ? text.proceed(isolatedApplication()) : text.back(isolatedApplication());
        }

        /** The URL of the link. Empty for the same page. */
        public String href() {
            return notice.isTemporary() || back.isEmpty()
                    ? ""
                    : presented.map(PresentedState::redirectUrl).orElse("");
        }
    }
}
