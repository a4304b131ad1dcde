package dev.nexus.gateway.broker;

import io.smallrye.mutiny.Uni;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * REST clients to the Broker with connections of their own, used in turn. The pool of one client prefers the connection that it has;
 * with several clients, one connection that has stopped working fails a part of the calls instead of all.
 */
final class BrokerLanes {

    private static final Logger LOG = Logger.getLogger(BrokerLanes.class);

    private final List<BrokerRoutes> lanes;
    private final BrokerConnections connections;
    private final AtomicInteger turn = new AtomicInteger();

    BrokerLanes(List<BrokerRoutes> lanes, BrokerConnections connections) {
        this.lanes = List.copyOf(lanes);
        this.connections = connections;
    }

    BrokerRoutes next() {
        return lanes.get(Math.floorMod(turn.getAndIncrement(), lanes.size()));
    }

    /** Whether these clients use the connections {@code others}. */
    boolean use(BrokerConnections others) {
        return connections == others;
    }

    /** Runs {@code call} on each; fails where one does. */
    Uni<Void> onEach(Function<BrokerRoutes, Uni<?>> call) {
        return Uni.join()
                .all(lanes.stream()
                        .map(lane -> call.apply(lane).replaceWithVoid())
                        .toList())
                .andFailFast()
                .replaceWithVoid();
    }

    /** Closes their connections, also those with calls under way. */
    void close() {
        lanes.forEach(BrokerLanes::close);
    }

    private static void close(BrokerRoutes lane) {
        if (lane instanceof Closeable closeable) {
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
