package dev.nexus.broker.provider;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** How callers name a provider: by its UUID or by its slug. What reads as a UUID is one; no slug may look like it. */
final class ProviderReference {

    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private ProviderReference() {}

    /** The UUID, in the canonical form of RFC 9562 alone: {@link UUID#fromString} also takes shorter groups. */
    public static Optional<UUID> uuid(String text) {
        return UUID_FORM.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    /** Whether the text has the form of a slug, and not that of a UUID. */
    public static boolean isSlug(String text) {
        return SLUG.matcher(text).matches() && !UUID_FORM.matcher(text).matches();
    }
}
