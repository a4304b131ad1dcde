package dev.nexus.example.page;

import dev.nexus.example.nexus.Provider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of a user's connections.
 *
 * @param current active and pending connections
 * @param earlier expired, superseded and revoked connections
 * @param preferred the provider that the page offers first; null if Nexus does not have it
 * @param older the address of the next page; null on the last page
 */
public record ConnectionsView(
        String user,
        @Nullable Notice notice,
        List<ConnectionRow> current,
        List<ConnectionRow> earlier,
        @Nullable Provider preferred,
        List<Provider> providers,
        @Nullable String older) {}
