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
 * Discards HTTP/2 connections that have stopped working, so that the next call opens a new one. A connection that does not answer
 * PING (RFC 9113, 6.7) is closed. One that answers PING but no call, because something between here and the Broker answers in its
 * place, takes no more calls, and ends when its calls have. Connections over HTTP/1.1 end with the first call that times out.
 */
final class BrokerConnections {

    private static final Logger LOG = Logger.getLogger(BrokerConnections.class);
    private static final Buffer PING = Buffer.buffer("nexusgtw");

    /** Ticks without an answer. A garbage collection or a full event loop in the Broker may take one or two. */
    private static final int MISSED_TICKS = 3;

    private static final int FAILED_CALLS = 5;

    /** Calls that fail at once, because their callers have gone, say nothing of the connection. */
    private static final long FAILED_NANOS = Duration.ofSeconds(2).toNanos();

    private final Vertx vertx;
    private final long pingEveryMillis;
    private final long patienceMillis;
    private final Map<HttpConnection, Health> open = new ConcurrentHashMap<>();

    /** @param patience how long the longest call takes */
    BrokerConnections(Vertx vertx, Duration pingEvery, Duration patience) {
        this.vertx = vertx;
        this.pingEveryMillis = pingEvery.toMillis();
        this.patienceMillis = patience.toMillis();
    }

    /** By which the kernel closes a connection whose packets are not confirmed, at about the time that PING finds it. */
    HttpClientOptions options() {
        return new HttpClientOptions()
                .setTcpKeepAlive(true)
                .setTcpUserTimeout(Math.toIntExact((MISSED_TICKS + 1) * pingEveryMillis));
    }

    /** Watches the connection of {@code request}, which is about to be sent. */
    void use(HttpClientRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            return;
        }
        Health health = open.computeIfAbsent(request.connection(), Health::new);
        health.begin();
        request.response().onComplete(answer -> health.answered(answer.succeeded()));
    }

    /** Connections that are watched. */
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
                // The calls fail with the same; Vert.x would log it as an error too.
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
                        "Closing a connection to the Broker: no answer to PING for %d ms",
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
                LOG.warnf("Discarding a connection to the Broker: %d calls in a row were not answered", failedCalls);
                discard(patienceMillis);
            }
        }

        /** Sends GOAWAY: the pool gives the connection no more calls. */
        private void discard(long millis) {
            end();
            connection
                    .shutdown(millis, TimeUnit.MILLISECONDS)
                    .onFailure(failure -> LOG.debugf(
                            "A connection to the Broker had ended already: %s",
                            failure.getClass().getName()));
        }
    }
}
