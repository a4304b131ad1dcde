package dev.nexus.gateway.broker;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Discards HTTP/2 connections that have stopped working, so that the next call opens a new one. A connection without
 * responses to PING (RFC 9113, 6.7) is closed. A proxy may respond to PING although no call gets a response. Such a
 * connection gets no new calls. It is closed after its calls, at the latest after the maximum duration of a call.
 * Connections over HTTP/1.1 are not watched: there, a call that times out closes its connection.
 */
final class BrokerConnections {

    private static final Logger LOG = Logger.getLogger(BrokerConnections.class);
    private static final Buffer PING = Buffer.buffer("nexusgtw");

    /**
     * The number of consecutive PINGs without a response after which a connection is closed. One or two may stay
     * without a response during a garbage collection, or while the event loop of the Broker is full.
     */
    private static final int MISSED_TICKS = 3;

    private static final int FAILED_CALLS = 5;

    /**
     * The minimum time from the first to the last of the failed calls. Calls that fail within a shorter time do not
     * indicate a broken connection, because their callers may have cancelled them.
     */
    private static final long FAILED_NANOS = Duration.ofSeconds(2).toNanos();

    private final Vertx vertx;
    private final long pingEveryMillis;
    private final long longestCallMillis;
    private final Map<HttpConnection, Health> open = new ConcurrentHashMap<>();

    /** @param longestCall the maximum duration of a call */
    BrokerConnections(Vertx vertx, Duration pingEvery, Duration longestCall) {
        this.vertx = vertx;
        this.pingEveryMillis = pingEvery.toMillis();
        this.longestCallMillis = longestCall.toMillis();
    }

    /**
     * Options with which the kernel closes a connection with unacknowledged packets, after about the same time as
     * missing responses to PING.
     */
    HttpClientOptions options() {
        return new HttpClientOptions()
                .setTcpKeepAlive(true)
                .setTcpUserTimeout(Math.toIntExact((MISSED_TICKS + 1) * pingEveryMillis));
    }

    /** Watches the connection of {@code request}. Call it before the request is sent. */
    void watch(HttpClientRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            return;
        }
        Health health = open.computeIfAbsent(request.connection(), Health::new);
        health.begin();
        request.response().onComplete(answer -> health.answered(answer.succeeded()));
    }

    /** The number of watched connections. */
    int watched() {
        return open.size();
    }

    private final class Health {

        private final HttpConnection connection;
        private boolean begun;
        private boolean ended;
        private int missedTicks;
        private int failedCalls;
        private long failingSince;

        private Health(HttpConnection connection) {
            this.connection = connection;
        }

        private synchronized void begin() {
            if (!begun) {
                begun = true;
                connection.closeHandler(closed -> end());
                // Vert.x would also log the failure as an error. The calls fail with it and are logged.
                connection.exceptionHandler(failure -> LOG.debugf(
                        "A connection to the Broker failed: %s",
                        failure.getClass().getName()));
                ping();
            }
        }

        private synchronized void end() {
            ended = true;
            open.remove(connection);
        }

        private void ping() {
            connection.ping(PING).onSuccess(pong -> pong());
            vertx.setTimer(pingEveryMillis, again -> tick());
        }

        private synchronized void pong() {
            missedTicks = 0;
        }

        private synchronized void tick() {
            if (ended) {
                return;
            }
            missedTicks++;
            if (missedTicks > MISSED_TICKS) {
                LOG.warnf(
                        "Closing a connection to the Broker: no response to PING for %d ms",
                        MISSED_TICKS * pingEveryMillis);
                discard(0);
            } else {
                ping();
            }
        }

        private synchronized void answered(boolean answered) {
            if (answered) {
                failedCalls = 0;
                return;
            }
            long now = System.nanoTime();
            if (failedCalls == 0) {
                failingSince = now;
            }
            failedCalls++;
            if (!ended && failedCalls >= FAILED_CALLS && now - failingSince >= FAILED_NANOS) {
                LOG.warnf("Discarding a connection to the Broker: %d consecutive calls got no response", failedCalls);
                discard(longestCallMillis);
            }
        }

        /**
         * Sends GOAWAY, so that the pool does not use the connection for new calls. Closes it after {@code millis} at
         * most.
         */
        private void discard(long millis) {
            end();
            connection
                    .shutdown(millis, TimeUnit.MILLISECONDS)
                    .onFailure(failure -> LOG.debugf(
                            "A connection to the Broker was already closed: %s",
                            failure.getClass().getName()));
        }
    }
}
