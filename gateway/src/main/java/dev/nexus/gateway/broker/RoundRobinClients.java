package dev.nexus.gateway.broker;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpClient;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Clients of the Broker with separate connections, used round-robin. A single client would send all calls over one
 * connection as long as it has free streams. With several clients, a broken connection fails only some of the calls.
 */
final class RoundRobinClients {

    private static final Logger LOG = Logger.getLogger(RoundRobinClients.class);

    private final List<Client> clients;
    private final BrokerConnections connections;
    private final AtomicInteger calls = new AtomicInteger();

    /**
     * A client with its own connections.
     *
     * @param routes the REST client
     * @param http the HTTP client below it, with the same connections
     */
    record Client(BrokerRoutes routes, HttpClient http) {

        private void close() {
            http.close();
            closeRoutes();
        }

        private void closeRoutes() {
            if (routes instanceof Closeable closeable) {
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

    RoundRobinClients(List<Client> clients, BrokerConnections connections) {
        this.clients = List.copyOf(clients);
        this.connections = connections;
    }

    Client next() {
        return clients.get(Math.floorMod(calls.getAndIncrement(), clients.size()));
    }

    BrokerConnections connections() {
        return connections;
    }

    /** Returns true if these clients use the connections {@code others}. */
    boolean use(BrokerConnections others) {
        return connections == others;
    }

    /** Runs {@code call} on each client. Fails if one of them fails. */
    Uni<Void> onEach(Function<BrokerRoutes, Uni<?>> call) {
        return Uni.join()
                .all(clients.stream()
                        .map(client -> call.apply(client.routes()).replaceWithVoid())
                        .toList())
                .andFailFast()
                .replaceWithVoid();
    }

    /** Closes all connections, even with calls in progress. */
    void close() {
        clients.forEach(Client::close);
    }
}
