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
 * Sends callers elsewhere without failing one of their requests: all of them once this process is to end, and those of an
 * old connection at any time. Over HTTP/1.1 by {@code Connection: close} (RFC 9112, 9.6); over HTTP/2, which has none, by
 * {@link InternalHeaders#CONNECTION}, which the Gateway understands. Not by GOAWAY: Vert.x 4.5 as a client fails the requests
 * that are under way when it comes (vert.x issue 5693), which is also why {@code quarkus.shutdown.timeout} stays unset:
 * Quarkus would send one.
 *
 * <p>After SIGTERM Quarkus shows not ready and serves for {@code quarkus.shutdown.delay} more; callers move on meanwhile.
 */
@ApplicationScoped
class Drain {

    private static final Logger LOG = Logger.getLogger(Drain.class);

    /**
     * Some load balancers choose a replica for each connection, such as a Kubernetes service. They then spread callers again, so
     * that new replicas get their share.
     */
    private static final long MAX_AGE_NANOS = Duration.ofMinutes(1).toNanos();

    /** Before anything may answer. */
    private static final int FIRST = 20_000;

    private final Cache<HttpConnection, Long> since =
            Caffeine.newBuilder().weakKeys().build();
    private volatile boolean ending;

    void register(@Observes Filters filters) {
        filters.register(this::meet, FIRST);
    }

    private void meet(RoutingContext context) {
        long began = since.get(context.request().connection(), unknown -> System.nanoTime());
        if (ending || System.nanoTime() - began > MAX_AGE_NANOS) {
            if (context.request().version() == HttpVersion.HTTP_2) {
                context.response().putHeader(InternalHeaders.CONNECTION, InternalHeaders.CONNECTION_RENEW);
            } else {
                context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
        }
        context.next();
    }

    void end(@Observes ShutdownDelayInitiatedEvent event) {
        ending = true;
        LOG.info("Ending: no longer ready, callers are sent elsewhere");
    }
}
