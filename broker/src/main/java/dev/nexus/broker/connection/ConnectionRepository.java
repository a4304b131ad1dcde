package dev.nexus.broker.connection;

import dev.nexus.broker.connection.ConnectionListQuery.Filter;
import dev.nexus.broker.database.EntityTransactions;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Lists connections. Each query filters by the tenant. {@link ConnectionStatements} has the statements for one
 * connection.
 */
@ApplicationScoped
class ConnectionRepository implements PanacheRepositoryBase<ConnectionSummary, UUID> {

    private final EntityTransactions transactions;

    ConnectionRepository(EntityTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * One page of connections.
     *
     * @param scannedTo if this page ended at the scan budget, the id after which the next page continues; otherwise
     *     null
     */
    record Found(
            List<ConnectionSummary> connections, @Nullable UUID scannedTo) {}

    /** Returns at most {@code limit} connections, newest first. */
    Uni<Found> page(String tenant, Filter filter, int limit) {
        ConnectionListQuery query = ConnectionListQuery.of(tenant, filter, limit);
        return transactions
                .read(() -> getSession().chain(session -> rows(session, query)))
                .map(ConnectionRepository::found);
    }

    private static Uni<List<Object[]>> rows(Mutiny.Session session, ConnectionListQuery query) {
        Mutiny.SelectionQuery<Object[]> selection = session.createNativeQuery(
                query.sql(), session.getResultSetMapping(Object[].class, ConnectionSummary.PAGE));
        query.values().forEach(selection::setParameter);
        return selection.getResultList();
    }

    private static Found found(List<Object[]> rows) {
        List<ConnectionSummary> connections = new ArrayList<>(rows.size());
        UUID scannedTo = null;
        for (Object[] row : rows) {
            scannedTo = (UUID) row[1];
            if (row[0] != null) {
                connections.add((ConnectionSummary) row[0]);
            }
        }
        return new Found(connections, scannedTo);
    }
}
