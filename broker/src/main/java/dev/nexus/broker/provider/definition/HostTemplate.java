package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Credential;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host name in which fields of the credential may stand, as in <code>{subdomain}.zendesk.com</code>: the account decides
 * where its provider is. What comes out is a host name of RFC 1123 or nothing.
 */
public final class HostTemplate {

    /** The rule's name where a field makes no host that may be reached. */
    static final String HOST_RULE = "host";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z0-9_-]{1,64})}");
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    /** The last label begins with a letter, so that no IP address passes for a name. */
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)(" + LABEL + "\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?|localhost");

    private HostTemplate() {}

    /** Whether {@code text} becomes a host name once its placeholders are filled in. */
    static boolean isTemplate(String text) {
        // A placeholder may stand for a whole name.
        return HOST.matcher(fill(text, field -> "x.x")).matches();
    }

    /** The fields that stand in {@code template}. */
    public static Set<String> fields(String template) {
        Set<String> fields = new LinkedHashSet<>();
        Matcher placeholder = PLACEHOLDER.matcher(template);
        while (placeholder.find()) {
            fields.add(placeholder.group(1));
        }
        return fields;
    }

    /**
     * The host name for a credential.
     *
     * @throws UnfitCredentialException naming the first field that makes no host name
     */
    public static String fill(String template, Credential credential) {
        String host = fill(template, field -> {
            String label = text(credential, field).toLowerCase(Locale.ROOT);
            if (!label.matches(LABEL + "(\\." + LABEL + ")*")) {
                throw new UnfitCredentialException(field, HOST_RULE, "must be a part of a host name");
            }
            return label;
        });
        if (!HOST.matcher(host).matches()) {
            throw new UnfitCredentialException(
                    fields(template).stream().findFirst().orElse(""), HOST_RULE, "must make a host name");
        }
        return host;
    }

    static String fill(String template, UnaryOperator<String> value) {
        return PLACEHOLDER.matcher(template).replaceAll(found -> Matcher.quoteReplacement(value.apply(found.group(1))));
    }

    static String text(Credential credential, String field) {
        JsonNode value = credential.reveal().path(field);
        if (!value.isTextual()) {
            throw new UnfitCredentialException(field, "type", "must be a string");
        }
        return value.textValue();
    }
}
