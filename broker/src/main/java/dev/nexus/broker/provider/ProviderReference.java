package dev.nexus.broker.provider;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Parses the reference to a provider in a request: a UUID or a slug. Text in the form of a UUID is never a slug. */
final class ProviderReference {

    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private ProviderReference() {}

    /**
     * Parses a UUID of 8-4-4-4-12 hex digits (RFC 9562). Returns empty for any other text. {@link UUID#fromString}
     * would also accept shorter groups.
     */
    public static Optional<UUID> uuid(String text) {
        return UUID_FORM.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    /** Returns true if the text has the form of a slug and not that of a UUID. */
    public static boolean isSlug(String text) {
        return SLUG.matcher(text).matches() && !UUID_FORM.matcher(text).matches();
    }
}
