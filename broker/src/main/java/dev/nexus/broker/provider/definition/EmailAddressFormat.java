package dev.nexus.broker.provider.definition;

import com.google.re2j.Pattern;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;

/**
 * Checks {@code format: email} by the rule of browsers (HTML, 4.10.5.1.5). The validator's own format rejects domains
 * that are not in its list of top-level domains, such as those of a private network.
 */
final class EmailAddressFormat implements Format {

    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final Pattern ADDRESS =
            Pattern.compile("[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@" + LABEL + "(?:\\." + LABEL + ")*");

    @Override
    public String getName() {
        return "email";
    }

    @Override
    public boolean matches(ExecutionContext context, String value) {
        return ADDRESS.matcher(value).matches();
    }
}
