package dev.nexus.gateway.page;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates, which Quarkus checks against their data when it builds. */
@CheckedTemplate(basePath = "page")
final class Pages {

    private Pages() {}

    static native TemplateInstance form(FormView page);

    static native TemplateInstance notice(NoticeView page);
}
