package dev.nexus.broker.connection;

import dev.nexus.broker.web.Caller;
import dev.nexus.broker.web.Cursor;
import dev.nexus.broker.web.Parameters;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tenant's connections, newest first, in pages. */
@ApplicationScoped
public class ListConnections {

    private final ConnectionRepository connections;

    ListConnections(ConnectionRepository connections) {
        this.connections = connections;
    }

    /** What a caller may ask for, unread; null means any. */
    public record Query(
            @Nullable String workspaceId,
            @Nullable String provider,
            @Nullable String status,
            @Nullable String label,
            @Nullable String limit,
            @Nullable String cursor) {}

    public Uni<Object> run(Caller caller, Query query) {
        int limit = Parameters.limit(query.limit());
        return connections.list(caller.tenant(), filter(query), limit + 1).map(found -> page(found, limit));
    }

    private static ConnectionRepository.Filter filter(Query query) {
        String status = query.status();
        String before = Cursor.decode(query.cursor());
        return new ConnectionRepository.Filter(
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

    private static ConnectionView.Page page(List<ConnectionView> found, int limit) {
        if (found.size() <= limit) {
            return new ConnectionView.Page(found, null);
        }
        String last = found.get(limit - 1).id().toString();
        return new ConnectionView.Page(found.subList(0, limit), Cursor.encode(last));
    }
}
