package dev.nexus.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.contracts.InternalHeaders;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Makes callers open new connections, without failing a request. This applies to each connection that is older than a
 * minute and, when this process shuts down, to all connections.
 *
 * <p>Over HTTP/1.1, the response has {@code Connection: close} (RFC 9112, 9.6). HTTP/2 does not have that header, so
 * the response has {@link InternalHeaders#CONNECTION}, which the Gateway implements. GOAWAY is not used: Vert.x 4.5 as
 * a client fails its pending requests when it receives one (vert.x issue 5693). {@code quarkus.shutdown.timeout} must
 * stay unset for the same reason, because Quarkus would send GOAWAY.
 *
 * <p>After SIGTERM, Quarkus reports not ready and continues to serve for {@code quarkus.shutdown.delay}. In this time,
 * callers move to other replicas.
 */
@ApplicationScoped
class Drain {

    private static final Logger LOG = Logger.getLogger(Drain.class);

    /**
     * Some load balancers, such as a Kubernetes service, choose a replica for each connection. Only new connections
     * give new replicas their share of the requests.
     */
    private static final long MAX_AGE_NANOS = Duration.ofMinutes(1).toNanos();

    /** Runs before all filters that can send a response. */
    private static final int PRIORITY = 20_000;

    /** Maintained in the thread of a request. Otherwise every few requests would wake a thread of the common pool. */
    private final Cache<HttpConnection, Long> openedAt =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    private volatile boolean shuttingDown;

    void register(@Observes Filters filters) {
        filters.register(this::addHeader, PRIORITY);
    }

    private void addHeader(RoutingContext context) {
        long opened = openedAt.get(context.request().connection(), unknown -> System.nanoTime());
        if (shuttingDown || System.nanoTime() - opened > MAX_AGE_NANOS) {
            if (context.request().version() == HttpVersion.HTTP_2) {
                context.response().putHeader(InternalHeaders.CONNECTION, InternalHeaders.CONNECTION_RENEW);
            } else {
                context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
        }
        context.next();
    }

    void shutDown(@Observes ShutdownDelayInitiatedEvent event) {
        shuttingDown = true;
        LOG.info("Shutting down: the service is no longer ready, and callers move to other replicas");
    }
}
