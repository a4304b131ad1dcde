package dev.nexus.gateway.broker;

import io.smallrye.mutiny.Uni;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * REST clients to the Broker with separate connections, used round-robin. A single client would send all calls over one
 * connection as long as it has free streams. With several clients, a broken connection fails only some of the calls.
 */
final class RoundRobinClients {

    private static final Logger LOG = Logger.getLogger(RoundRobinClients.class);

    private final List<BrokerRoutes> clients;
    private final BrokerConnections connections;
    private final AtomicInteger calls = new AtomicInteger();

    RoundRobinClients(List<BrokerRoutes> clients, BrokerConnections connections) {
        this.clients = List.copyOf(clients);
        this.connections = connections;
    }

    BrokerRoutes next() {
        return clients.get(Math.floorMod(calls.getAndIncrement(), clients.size()));
    }

    /** Returns true if these clients use the connections {@code others}. */
    boolean use(BrokerConnections others) {
        return connections == others;
    }

    /** Runs {@code call} on each client. Fails if one of them fails. */
    Uni<Void> onEach(Function<BrokerRoutes, Uni<?>> call) {
        return Uni.join()
                .all(clients.stream()
                        .map(client -> call.apply(client).replaceWithVoid())
                        .toList())
                .andFailFast()
                .replaceWithVoid();
    }

    /** Closes all connections, even with calls in progress. */
    void close() {
        clients.forEach(RoundRobinClients::close);
    }

    private static void close(BrokerRoutes client) {
        if (client instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException failure) {
                LOG.warnf(
                        "A client of the Broker could not be closed: %s",
                        failure.getClass().getName());
            }
        }
    }
}
