package dev.nexus.example.page;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates under resources/templates. What they show is text: Qute escapes it. */
@CheckedTemplate(basePath = "", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
public final class Pages {

    private Pages() {}

    /** Where one signs in; {@code refused} after a name that is none. */
    public static native TemplateInstance signIn(boolean refused);

    public static native TemplateInstance connections(ConnectionsView view);

    public static native TemplateInstance credentialForm(FormView view);

    public static native TemplateInstance message(MessageView view);
}
