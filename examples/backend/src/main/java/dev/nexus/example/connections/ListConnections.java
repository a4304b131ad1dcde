package dev.nexus.example.connections;

import dev.nexus.example.ExampleConfig;
import dev.nexus.example.connect.Attempts;
import dev.nexus.example.connect.ConnectionRegistry;
import dev.nexus.example.connect.Revocations;
import dev.nexus.example.nexus.Connection;
import dev.nexus.example.nexus.ConnectionPage;
import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.nexus.Provider;
import dev.nexus.example.page.ConnectionRow;
import dev.nexus.example.page.ConnectionsView;
import dev.nexus.example.session.Session;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lists the connections of a user: those of the user's workspace. */
@ApplicationScoped
public class ListConnections {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Nexus nexus;
    private final Attempts attempts;
    private final ConnectionRegistry registry;
    private final Revocations revocations;
    private final ExampleConfig config;

    ListConnections(
            Nexus nexus,
            Attempts attempts,
            ConnectionRegistry registry,
            Revocations revocations,
            ExampleConfig config) {
        this.nexus = nexus;
        this.attempts = attempts;
        this.registry = registry;
        this.revocations = revocations;
        this.config = config;
    }

    ConnectionsView of(Session session, @Nullable String cursor) {
        revocations.retry();
        ConnectionPage page = nexus.listConnections(session.workspaceId(), cursor);
        List<Provider> providers = nexus.listProviders();
        Map<Boolean, List<ConnectionRow>> rows = page.connections().stream()
                .map(connection -> row(session, connection))
                .collect(Collectors.partitioningBy(row -> row.active() || row.pending()));
        return new ConnectionsView(
                session.user(),
                session.takeNotice().orElse(null),
                rows.getOrDefault(true, List.of()),
                rows.getOrDefault(false, List.of()),
                preferred(providers),
                providers,
                older(page.nextCursor()));
    }

    private static @Nullable String older(@Nullable String cursor) {
        return cursor == null ? null : "/connections?cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    }

    private @Nullable Provider preferred(List<Provider> providers) {
        return providers.stream()
                .filter(provider -> provider.slug().equals(config.provider()))
                .findFirst()
                .orElse(null);
    }

    private ConnectionRow row(Session session, Connection connection) {
        String id = connection.connectionId();
        return new ConnectionRow(
                id,
                connection.provider().name(),
                connection.label(),
                connection.status(),
                TIME.format(changed(connection)),
                connection.replacedBy(),
                connection.verification(),
                registry.isConfirmed(id),
                config.requests().containsKey(connection.provider().slug()),
                connection.isPending() && attempts.hasForm(session, id) ? "/connections/" + id + "/form" : null);
    }

    private static Instant changed(Connection connection) {
        if (connection.revokedAt() != null) {
            return connection.revokedAt();
        }
        return connection.activatedAt() != null ? connection.activatedAt() : connection.createdAt();
    }
}
