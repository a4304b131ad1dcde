package dev.nexus.gateway.capturepage;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates, which Quarkus checks against their data when it builds. */
@CheckedTemplate(basePath = "capturepage")
final class Pages {

    private Pages() {}

    static native TemplateInstance form(FormView page);

    static native TemplateInstance notice(NoticeView page);
}
