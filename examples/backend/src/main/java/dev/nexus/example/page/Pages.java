package dev.nexus.example.page;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates in resources/templates. Qute escapes all values. */
@CheckedTemplate(basePath = "", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
public final class Pages {

    private Pages() {}

    /** The sign-in page. {@code refused} is true after an invalid name. */
    public static native TemplateInstance signIn(boolean refused);

    public static native TemplateInstance connections(ConnectionsView view);

    public static native TemplateInstance credentialForm(FormView view);

    public static native TemplateInstance message(MessageView view);
}
