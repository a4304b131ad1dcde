package dev.nexus.broker.provider.definition;

import dev.nexus.strategy.Credential;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The base URL of a provider's API. Its scheme is https. It has no query, fragment or user info.
 *
 * @param host a {@link HostTemplate}
 * @param portAndPath the rest of the URL after the host, without a trailing slash, possibly empty
 */
public record BaseUrl(String host, String portAndPath) {

    private static final Pattern FORM =
            Pattern.compile("https://([^/:?#@\\\\]+)((?::[0-9]{1,5})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*)/?");
    private static final int MAX_LENGTH = 2_048;

    /** Parses {@code text}. Returns empty if it is not a base URL or has more than 2,048 characters. */
    public static Optional<BaseUrl> read(String text) {
        Matcher form = FORM.matcher(text);
        return text.length() <= MAX_LENGTH && form.matches() && HostTemplate.isTemplate(form.group(1))
                ? Optional.of(new BaseUrl(form.group(1), form.group(2)))
                : Optional.empty();
    }

    /**
     * Parses a stored URL, which {@link #read} has accepted.
     *
     * @throws IllegalStateException if {@code text} is not a base URL. The message does not quote it
     */
    static BaseUrl parse(String text) {
        return read(text)
                .orElseThrow(() -> new IllegalStateException(
                        "a stored base_url does not have the form that this release requires"));
    }

    /**
     * Returns the URL for a credential.
     *
     * @throws UnfitCredentialException see {@link HostTemplate#fill}
     */
    public String fill(Credential credential) {
        return "https://" + HostTemplate.fill(host, credential) + portAndPath;
    }
}
