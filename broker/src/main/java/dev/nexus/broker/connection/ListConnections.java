package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.connection.ConnectionListQuery.Filter;
import dev.nexus.broker.connection.ConnectionRepository.Found;
import dev.nexus.broker.http.Cursor;
import dev.nexus.broker.http.ListShare;
import dev.nexus.broker.http.Parameters;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lists the tenant's connections, newest first, in pages. */
@ApplicationScoped
class ListConnections {

    private final ConnectionRepository connections;
    private final ListShare share;

    ListConnections(ConnectionRepository connections, ListShare share) {
        this.connections = connections;
        this.share = share;
    }

    /**
     * The parameters of the request, before validation. A null filter matches every connection. A null limit is 50. A
     * null cursor starts at the newest connection.
     *
     * @param provider the id or slug of a provider
     */
    public record Query(
            @Nullable String workspaceId,
            @Nullable String provider,
            @Nullable String status,
            @Nullable String label,
            @Nullable String limit,
            @Nullable String cursor) {}

    /**
     * Returns one page. Fails with {@link ApiException} invalid_request for an invalid parameter, and with unavailable
     * if too many lists wait.
     */
    public Uni<ConnectionView.Page> run(Caller caller, Query query) {
        int limit = Parameters.limit(query.limit());
        Filter filter = filter(query);
        return share.run(caller.tenant(), () -> connections.page(caller.tenant(), filter, limit + 1))
                .map(found -> page(found, limit));
    }

    private static Filter filter(Query query) {
        String status = query.status();
        String before = Cursor.decode(query.cursor());
        return new Filter(
                Parameters.text("workspace_id", query.workspaceId()),
                Parameters.text("provider_id", query.provider()),
                status == null
                        ? null
                        : ConnectionStatus.fromWire(status)
                                .orElseThrow(() -> Parameters.invalid(
                                        "status", "must be pending, active, expired, superseded or revoked")),
                Parameters.text("label", query.label()),
                before == null ? null : Parameters.uuid(before).orElseThrow(Cursor::invalid));
    }

    private static ConnectionView.Page page(Found found, int limit) {
        List<ConnectionView> connections =
                found.connections().stream().map(ConnectionSummary::view).toList();
        if (connections.size() > limit) {
            return new ConnectionView.Page(
                    connections.subList(0, limit),
                    cursor(connections.get(limit - 1).id()));
        }
        return new ConnectionView.Page(connections, found.scannedTo() == null ? null : cursor(found.scannedTo()));
    }

    private static String cursor(UUID id) {
        return Cursor.encode(id.toString());
    }
}
