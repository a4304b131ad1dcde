package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedState;
import dev.nexus.gateway.http.Accepts;
import dev.nexus.gateway.http.ErrorPage;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.Origin;
import dev.nexus.gateway.http.PublicPath;
import dev.nexus.gateway.page.FormView.ScriptTexts;
import dev.nexus.runtime.ApiException;
import io.quarkus.qute.TemplateInstance;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Writes the pages: the form, and the notices that stand where there is none. */
@ApplicationScoped
class PageWriter implements ErrorPage {

    private static final int MAX_NAME = 100;
    private static final int MAX_HOST = 253;

    private final Branding branding;
    private final PageHeaders headers;
    private final String basePath;

    PageWriter(Branding branding, PageHeaders headers, GatewayConfig config) {
        this.branding = branding;
        this.headers = headers;
        this.basePath = PublicPath.of(config);
    }

    @Override
    public boolean isFor(RoutingContext request) {
        // The path as it came: of one that does not decode there is no other, and this answers that too.
        String path = request.request().path();
        return path != null && path.startsWith("/auth/") && Accepts.prefersHtml(request);
    }

    @Override
    public Page of(RoutingContext request, ApiException failure) {
        return notice(PageLanguage.of(request), Notice.of(failure.code()), Optional.empty());
    }

    /** Why the state is not good, and the way back to the application. */
    Page refused(Locale language, PresentedState presented, ErrorCode code) {
        return notice(language, Notice.of(code), Optional.of(presented));
    }

    /** The form, with what is wrong with what was sent before; a notice if the schema asks for what a form cannot. */
    Page form(Locale language, PresentedState presented, Optional<FormProblem> problem) {
        CredentialForm form = CredentialForm.of(presented);
        return form.complete()
                ? form(language, presented, form, problem)
                : notice(language, Notice.UNSUPPORTED, Optional.of(presented));
    }

    private Page form(Locale language, PresentedState presented, CredentialForm form, Optional<FormProblem> problem) {
        PageText text = PageLanguage.text(language);
        Brand brand = branding.of(presented.tenant());
        FormComposer composer = new FormComposer(form, text, otherLanguage(language, presented), problem);
        String provider = PlainText.isolated(PlainText.of(presented.providerName(), MAX_NAME));
        String application = application(brand, presented);
        String named = PlainText.isolated(application);
        FormView view = new FormView(
                frame(language, text.heading(PlainText.of(presented.providerName(), MAX_NAME)), brand, application),
                text.heading(provider),
                text.lead(named, provider),
                text.warning(named),
                text.promise(named),
                account(presented),
                host(presented),
                composer.hasLinks() ? "" : documentation(presented),
                basePath + "/auth/capture/" + presented.connectionId(),
                back(presented).isPresent() ? presented.redirectUrl() : "",
                presented.expiresIn(),
                timeLeft(text, presented.expiresIn()),
                problem.map(one -> words(one, composer, text, provider)).orElse(""),
                composer.problems(),
                problem.flatMap(FormProblem::kept).isPresent(),
                composer.fields(),
                ScriptTexts.of(text));
        return page(Pages.form(view), language, brand, back(presented));
    }

    /** Whole minutes, never more than are left, then seconds; page.js goes on with the same. */
    private static String timeLeft(PageText text, long seconds) {
        long minutes = seconds / 60;
        if (minutes == 0) {
            return seconds == 1 ? text.second("1") : text.seconds(String.valueOf(seconds));
        }
        return minutes == 1 ? text.minute("1") : text.minutes(String.valueOf(minutes));
    }

    /** The language of the provider's texts; empty if it is the page's, or not known. */
    private static String otherLanguage(Locale page, PresentedState presented) {
        String language = presented.language();
        return language == null || language.equalsIgnoreCase(page.toLanguageTag()) ? "" : language;
    }

    private static String words(FormProblem problem, FormComposer composer, PageText text, String provider) {
        return switch (problem.code()) {
            case CREDENTIALS_REJECTED -> text.rejected(provider);
            case VERIFICATION_UNAVAILABLE -> text.notVerified(provider);
            case UNAVAILABLE -> text.notStored();
            default ->
                composer.isWholeRefused() || composer.problems().isEmpty() ? text.refused(provider) : text.checkForm();
        };
    }

    private Page notice(Locale language, Notice notice, Optional<PresentedState> presented) {
        PageText text = PageLanguage.text(language);
        Brand brand = presented.map(PresentedState::tenant).map(branding::of).orElse(branding.plain());
        String application = presented.map(known -> application(brand, known)).orElse("");
        String named = PlainText.isolated(application.isEmpty() ? text.someApplication() : application);
        String provider = PlainText.isolated(presented
                .map(known -> PlainText.of(known.providerName(), MAX_NAME))
                .orElse(""));
        Optional<String> back =
                presented.filter(known -> back(known).isPresent()).map(PresentedState::redirectUrl);
        NoticeView view = new NoticeView(
                frame(language, notice.heading(text), brand, application),
                notice.heading(text),
                notice.words(text, provider, named),
                notice.isPassing()
                        ? text.tryAgain()
                        : back.map(known -> notice == Notice.USED ? text.proceed(named) : text.back(named))
                                .orElse(""),
                notice.isPassing() ? "" : back.orElse(""));
        return page(Pages.notice(view), language, brand, Optional.empty());
    }

    private Page page(TemplateInstance template, Locale language, Brand brand, Optional<Origin> back) {
        return new Page(
                headers.page(brand, back),
                template.setLocale(language.toLanguageTag()).render());
    }

    private PageFrame frame(Locale language, String title, Brand brand, String application) {
        String logo = brand.logo().map(path -> basePath + path).orElse("");
        String logoDark = brand.logoDark().map(path -> basePath + path).orElse("");
        return new PageFrame(
                language.toLanguageTag(),
                title,
                basePath + brand.styleSheet(),
                basePath + branding.script(),
                logo.isEmpty() ? basePath + branding.icon() : logo,
                logo,
                logoDark,
                application);
    }

    /** The tenant's name for its application; where it has none, the host that the user came from and goes back to. */
    private static String application(Brand brand, PresentedState presented) {
        return brand.name().orElseGet(() -> host(presented));
    }

    private static String host(PresentedState presented) {
        return back(presented)
                .map(origin -> PlainText.of(origin.host(), MAX_HOST))
                .orElse("");
    }

    private static String account(PresentedState presented) {
        String name = presented.displayName();
        return name == null ? "" : PlainText.of(name, MAX_NAME);
    }

    private static String documentation(PresentedState presented) {
        String url = presented.documentationUrl();
        return url == null || !url.startsWith("https://") ? "" : url;
    }

    /** The return URL's origin; empty for what is no http or https URL, which no page then leads to. */
    private static Optional<Origin> back(PresentedState presented) {
        try {
            return Origin.of(new URI(presented.redirectUrl()));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }
}
