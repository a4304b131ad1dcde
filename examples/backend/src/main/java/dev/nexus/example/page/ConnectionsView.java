package dev.nexus.example.page;

import dev.nexus.example.nexus.Provider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of a user's connections.
 *
 * @param current those in use or about to be
 * @param earlier those that are over
 * @param preferred the provider that is offered first, where Nexus knows it
 * @param older the address of the next page, where there is one
 */
public record ConnectionsView(
        String user,
        @Nullable Notice notice,
        List<ConnectionRow> current,
        List<ConnectionRow> earlier,
        @Nullable Provider preferred,
        List<Provider> providers,
        @Nullable String older) {}
