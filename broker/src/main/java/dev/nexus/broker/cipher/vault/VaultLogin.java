package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.VaultClientException;
import io.quarkus.vault.client.api.auth.token.VaultAuthToken;
import io.quarkus.vault.client.api.auth.token.VaultAuthTokenRenewSelfAuthResult;
import io.quarkus.vault.client.auth.VaultAuthRequest;
import io.quarkus.vault.client.auth.VaultToken;
import io.quarkus.vault.client.auth.VaultTokenProvider;
import io.quarkus.vault.client.common.VaultRequestExecutor;
import io.quarkus.vault.client.common.VaultResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The token of the calls to Vault. VaultLogin renews the token in the background when a third of its lease is left. No
 * call waits for a renewal, and a failed renewal has no effect while the token is valid. VaultLogin logs in again if
 * the token has expired or Vault refuses a renewal. It also does so if a renewal grants less than half of the first
 * lease, because then the token is near its maximum age. Callers that need a token at the same time share one login.
 *
 * <p>The client's own caching provider is not used. It renews the token on every call in the last seconds of a lease,
 * and a call fails if its renewal fails. If Vault refuses a renewal, this provider also writes the token to its debug
 * log.
 */
final class VaultLogin implements VaultTokenProvider {

    private static final Logger LOG = Logger.getLogger(VaultLogin.class);
    private static final Duration MIN_LOGIN_INTERVAL = Duration.ofSeconds(1);

    private final VaultTokenProvider method;
    private final InstantSource clock;

    private volatile @Nullable CurrentToken current;
    private @Nullable CompletableFuture<VaultToken> pending;

    /** @param method logs in once for each call of {@code apply} */
    VaultLogin(VaultTokenProvider method, InstantSource clock) {
        this.method = method;
        this.clock = clock;
    }

    /** @param firstLease the lease of the login, before any renewal */
    private record CurrentToken(VaultToken token, Duration firstLease, Instant loggedInAt) {

        boolean isDue(Instant now) {
            Duration lease = token.getLeaseDuration();
            return now.isAfter(token.getCreated().plus(lease.multipliedBy(2).dividedBy(3)));
        }
    }

    @Override
    public CompletionStage<VaultToken> apply(VaultAuthRequest request) {
        CurrentToken cached = current;
        return cached != null && cached.token().isValid()
                ? CompletableFuture.completedStage(cached.token())
                : shared(() -> login(request));
    }

    /** Renews the token if its renewal is due. Logs in if no valid token exists. Call this about once a second. */
    CompletionStage<VaultToken> keepAlive(VaultAuthRequest request) {
        CurrentToken cached = current;
        if (cached == null) {
            return apply(request);
        }
        if (!cached.isDue(clock.instant())) {
            return CompletableFuture.completedStage(cached.token());
        }
        return shared(() -> cached.token().isExpired() ? login(request) : renew(request, cached));
    }

    /**
     * Drops the token. The client calls this after a 403. A token from a login less than a second ago is kept, because
     * then the cause must be the policy.
     */
    @Override
    public void invalidateCache() {
        CurrentToken cached = current;
        if (cached != null && clock.instant().isAfter(cached.loggedInAt().plus(MIN_LOGIN_INTERVAL))) {
            LOG.warn("Vault refused the token. Logging in again");
            current = null;
        }
    }

    private interface Attempt {
        CompletionStage<VaultToken> begin();
    }

    private synchronized CompletableFuture<VaultToken> shared(Attempt attempt) {
        CompletableFuture<VaultToken> running = pending;
        if (running == null) {
            running = attempt.begin().toCompletableFuture();
            pending = running;
            CompletableFuture<VaultToken> started = running;
            CompletableFuture<VaultToken> unused = running.whenComplete((token, failure) -> ended(started));
        }
        return running;
    }

    private synchronized void ended(CompletableFuture<VaultToken> attempt) {
        if (pending == attempt) {
            pending = null;
        }
    }

    private CompletionStage<VaultToken> login(VaultAuthRequest request) {
        return method.apply(request).thenApply(token -> {
            LOG.infof("Logged in to Vault for %s", token.getLeaseDuration());
            return store(token, token.getLeaseDuration(), clock.instant());
        });
    }

    private CompletionStage<VaultToken> renew(VaultAuthRequest request, CurrentToken cached) {
        VaultRequestExecutor executor = request.getExecutor();
        return executor.execute(VaultAuthToken.FACTORY
                        .renewSelf(null)
                        .builder()
                        .token(cached.token().getClientToken())
                        .rebuild())
                .thenApply(VaultResponse::getResult)
                .thenApply(result -> renewed(result.getAuth()))
                .thenCompose(token -> token.getLeaseDuration().multipliedBy(2).compareTo(cached.firstLease()) < 0
                        ? login(request)
                        : CompletableFuture.completedStage(store(token, cached.firstLease(), cached.loggedInAt())))
                .exceptionallyCompose(failure -> isRefusal(failure) ? login(request) : keep(cached, failure));
    }

    private VaultToken renewed(VaultAuthTokenRenewSelfAuthResult auth) {
        return VaultToken.from(
                auth.getClientToken(), auth.isRenewable(), auth.getLeaseDuration(), auth.getNumUses(), clock);
    }

    private VaultToken store(VaultToken token, Duration firstLease, Instant loggedInAt) {
        VaultToken cached = token.cached();
        current = new CurrentToken(cached, firstLease, loggedInAt);
        return cached;
    }

    private static CompletionStage<VaultToken> keep(CurrentToken cached, Throwable failure) {
        LOG.warnf(
                "Vault did not renew the token (%s). It is valid until %s",
                kind(failure), cached.token().getExpiresAt());
        return CompletableFuture.completedStage(cached.token());
    }

    private static boolean isRefusal(Throwable failure) {
        return cause(failure) instanceof VaultClientException refused
                && refused.getStatus() != null
                && (refused.getStatus() == 400 || refused.getStatus() == 403);
    }

    /** Removes the CompletionException that dependent stages add to a failure. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static String kind(Throwable failure) {
        return cause(failure).getClass().getSimpleName();
    }
}
