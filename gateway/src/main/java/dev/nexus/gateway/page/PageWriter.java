package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedState;
import dev.nexus.gateway.http.Accepts;
import dev.nexus.gateway.http.ErrorPage;
import dev.nexus.gateway.http.Origin;
import dev.nexus.gateway.page.NoticePage.Notice;
import dev.nexus.gateway.page.ProblemCookie.FormProblem;
import dev.nexus.runtime.ApiException;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;

/** Writes the pages: the form, and the notices that a user sees instead of one. */
@ApplicationScoped
class PageWriter implements ErrorPage {

    private final Branding branding;
    private final PageHeaders headers;
    private final PageCookies cookies;

    PageWriter(Branding branding, PageHeaders headers, PageCookies cookies) {
        this.branding = branding;
        this.headers = headers;
        this.cookies = cookies;
    }

    /** Quarkus checks the templates against these types when it builds. */
    @CheckedTemplate(basePath = "page")
    static final class Templates {

        private Templates() {}

        static native TemplateInstance form(FormPage page);

        static native TemplateInstance notice(NoticePage page);
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
}
