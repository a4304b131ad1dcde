package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.VaultClientException;
import io.quarkus.vault.client.common.VaultRequest;
import io.quarkus.vault.client.common.VaultRequestExecutor;
import io.quarkus.vault.client.common.VaultResponse;
import io.quarkus.vault.client.http.vertx.VertxVaultHttpClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP connections to Vault. A call that times out closes its own connection. After two consecutive time-outs, the
 * other connections are probably dead too, for example because the network drops their packets. A new pool then
 * replaces the old pool. Calls that are running end in the old pool, which is closed after two time limits of a call.
 */
final class VaultHttp implements VaultRequestExecutor, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(VaultHttp.class);

    /**
     * The consecutive time-outs after which the pool is replaced. After a single time-out, the call may only have been
     * slow.
     */
    private static final int TIMEOUTS = 2;

    private final Vertx vertx;
    private final WebClientOptions options;
    private final long closeDelayMillis;
    private volatile Pool current;
    private boolean closed;

    /** @param timeout the time limit of a call */
    VaultHttp(Vertx vertx, WebClientOptions options, Duration timeout) {
        this.vertx = vertx;
        // The kernel closes a connection whose packets are not confirmed within the time limit of a call.
        this.options = new WebClientOptions(options);
        this.options.setTcpKeepAlive(true).setTcpUserTimeout(Math.toIntExact(timeout.toMillis()));
        this.closeDelayMillis = timeout.multipliedBy(2).toMillis();
        this.current = open();
    }

    private static final class Pool {

        private final WebClient client;
        private final VaultRequestExecutor http;
        private final AtomicInteger timeouts = new AtomicInteger();

        private Pool(WebClient client) {
            this.client = client;
            this.http = new VertxVaultHttpClient(client);
        }
    }

    private Pool open() {
        return new Pool(WebClient.create(vertx, options));
    }

    /**
     * Retries a call once if its connection was closed: Vault or a load balancer may close a connection just when a
     * call takes it from the pool. The Broker's calls are idempotent. The client reports such a failure without a
     * status.
     */
    @Override
    public <T> CompletionStage<VaultResponse<T>> execute(VaultRequest<T> request) {
        return send(request)
                .exceptionallyCompose(failure -> isConnectionClosed(failure)
                        ? send(request).exceptionallyCompose(VaultHttp::failedTwice)
                        : CompletableFuture.failedStage(failure));
    }

    private <T> CompletionStage<VaultResponse<T>> send(VaultRequest<T> request) {
        Pool pool = current;
        return pool.http.<T>execute(request).whenComplete((answer, failure) -> count(pool, failure));
    }

    private void count(Pool pool, @Nullable Throwable failure) {
        if (failure == null) {
            pool.timeouts.set(0);
        } else if (VaultLogin.cause(failure) instanceof TimeoutException
                && pool.timeouts.incrementAndGet() >= TIMEOUTS) {
            replace(pool);
        }
    }

    private synchronized void replace(Pool replaced) {
        if (replaced != current || closed) {
            return;
        }
        LOG.warnf("%d consecutive calls to Vault timed out: opening new connections", TIMEOUTS);
        openInstead(replaced);
    }

    private void openInstead(Pool replaced) {
        current = open();
        vertx.setTimer(closeDelayMillis, ended -> replaced.client.close());
    }

    /**
     * Replaces the trusted certificates. New calls use new connections. Calls that are running end in the old pool.
     *
     * @param certificates in PEM
     */
    synchronized void trust(Buffer certificates) {
        options.setTrustOptions(new PemTrustOptions().addCertValue(certificates));
        if (!closed) {
            openInstead(current);
        }
    }

    private static <T> CompletionStage<T> failedTwice(Throwable failure) {
        return CompletableFuture.failedStage(
                isConnectionClosed(failure)
                        ? new VaultUnavailableException("the connection was closed", failure)
                        : failure);
    }

    private static boolean isConnectionClosed(Throwable failure) {
        return VaultLogin.cause(failure) instanceof VaultClientException known && known.getStatus() == null;
    }

    @Override
    public synchronized void close() {
        closed = true;
        current.client.close();
    }
}
