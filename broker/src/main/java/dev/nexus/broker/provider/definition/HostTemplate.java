package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Credential;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host name that may contain fields of the credential, as in <code>{subdomain}.zendesk.com</code>. Such a provider
 * has a different host for each account. A placeholder such as <code>{api_key.suffix}</code> is the text after the last
 * hyphen of a field, for keys that name their host. This text has up to ten letters, and then up to four digits.
 * {@link #fill} always returns a host name (RFC 1123) with a dot, or localhost.
 */
public final class HostTemplate {

    /**
     * The name of the rule in the details of an error, for a field that does not result in a host that may be called.
     */
    static final String HOST_RULE = "host";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z0-9_-]{1,64})(\\.suffix)?}");

    /** Short, because a host name is not secret. The text after a hyphen of a mistyped key can be a part of its secret. */
    private static final Pattern SUFFIX = Pattern.compile("[A-Za-z]{1,10}[0-9]{0,4}");

    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    /** The last label begins with a letter, so that an IP address does not match. */
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)(" + LABEL + "\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?|localhost");

    private HostTemplate() {}

    /** Returns true if {@code text} is a host name after its placeholders are replaced. */
    static boolean isTemplate(String text) {
        // The value of a placeholder may be a whole host name.
        return HOST.matcher(fill(text, placeholder -> "x.x")).matches();
    }

    /** Returns the names of the placeholders in {@code template}. */
    public static Set<String> fields(String template) {
        Set<String> fields = new LinkedHashSet<>();
        Matcher placeholder = PLACEHOLDER.matcher(template);
        while (placeholder.find()) {
            fields.add(placeholder.group(1));
        }
        return fields;
    }

    /**
     * Returns the host name for a credential, in lower case.
     *
     * @throws UnfitCredentialException if a field is not a string or does not result in a host name. Names the field
     */
    public static String fill(String template, Credential credential) {
        String host = fill(template, placeholder -> {
            String label = placeholder.value(credential).toLowerCase(Locale.ROOT);
            if (!label.matches(LABEL + "(\\." + LABEL + ")*")) {
                throw new UnfitCredentialException(
                        placeholder.field(), HOST_RULE, "must be a valid part of a host name");
            }
            return label;
        });
        if (!HOST.matcher(host).matches()) {
            throw new UnfitCredentialException(
                    fields(template).stream().findFirst().orElse(""), HOST_RULE, "must result in a valid host name");
        }
        return host;
    }

    static String fill(String template, Function<Placeholder, String> value) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(found ->
                        Matcher.quoteReplacement(value.apply(new Placeholder(found.group(1), found.group(2) != null))));
    }

    /**
     * A place for a field of the credential.
     *
     * @param isSuffix true for the text after the last hyphen of the field
     */
    record Placeholder(String field, boolean isSuffix) {

        /** Never returns the whole field for a suffix, because a host name is not secret. */
        String value(Credential credential) {
            String whole = text(credential, field);
            if (!isSuffix) {
                return whole;
            }
            int hyphen = whole.lastIndexOf('-');
            String suffix = whole.substring(hyphen + 1);
            if (hyphen < 0 || !SUFFIX.matcher(suffix).matches()) {
                throw new UnfitCredentialException(
                        field, HOST_RULE, "must end with a hyphen and a short part of a host name, such as -us6");
            }
            return suffix;
        }
    }

    static String text(Credential credential, String field) {
        JsonNode value = credential.reveal().path(field);
        if (!value.isTextual()) {
            throw new UnfitCredentialException(field, "type", "must be a string");
        }
        return value.textValue();
    }
}
