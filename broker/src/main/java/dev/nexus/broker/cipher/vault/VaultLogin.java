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
 * The token that calls to Vault carry. It is renewed in the background when a third of its time is left, so that no call
 * waits for a renewal and a Vault that cannot renew at the moment costs nothing while the token is good. Where a renewal
 * is refused, or brings less than half of the first lease (the token nears its end for good), it logs in anew. Whoever
 * needs a token while there is none shares one login.
 *
 * <p>The client's own caching provider would renew on every call of the last seconds, fail a call whose renewal fails, and
 * print a lost token into its debug log.
 */
final class VaultLogin implements VaultTokenProvider {

    private static final Logger LOG = Logger.getLogger(VaultLogin.class);
    private static final Duration BETWEEN_LOGINS = Duration.ofSeconds(1);

    private final VaultTokenProvider method;
    private final InstantSource clock;

    private volatile @Nullable Held held;
    private @Nullable CompletableFuture<VaultToken> pending;

    /** @param method logs in, once for each call */
    VaultLogin(VaultTokenProvider method, InstantSource clock) {
        this.method = method;
        this.clock = clock;
    }

    /** @param firstLease what the login gave, before any renewal */
    private record Held(VaultToken token, Duration firstLease, Instant loggedInAt) {

        boolean isDue(Instant now) {
            Duration lease = token.getLeaseDuration();
            return now.isAfter(token.getCreated().plus(lease.multipliedBy(2).dividedBy(3)));
        }
    }

    @Override
    public CompletionStage<VaultToken> apply(VaultAuthRequest request) {
        Held current = held;
        return current != null && current.token().isValid()
                ? CompletableFuture.completedStage(current.token())
                : shared(() -> login(request));
    }

    /** Renews where it is time, or logs in where a token was held and is lost; to be called about once a second. */
    CompletionStage<VaultToken> keepAlive(VaultAuthRequest request) {
        Held current = held;
        if (current == null) {
            return apply(request);
        }
        if (!current.isDue(clock.instant())) {
            return CompletableFuture.completedStage(current.token());
        }
        return shared(() -> current.token().isExpired() ? login(request) : renew(request, current));
    }

    /** The client met a 403 with the held token: its lease is lost, unless it is so new that the policy must be the cause. */
    @Override
    public void invalidateCache() {
        Held current = held;
        if (current != null && clock.instant().isAfter(current.loggedInAt().plus(BETWEEN_LOGINS))) {
            LOG.warn("Vault refused the held token; logging in anew");
            held = null;
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
            CompletableFuture<VaultToken> mine = running;
            CompletableFuture<VaultToken> unused = running.whenComplete((token, failure) -> ended(mine));
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
            return hold(token, token.getLeaseDuration(), clock.instant());
        });
    }

    private CompletionStage<VaultToken> renew(VaultAuthRequest request, Held current) {
        VaultRequestExecutor executor = request.getExecutor();
        return executor.execute(VaultAuthToken.FACTORY
                        .renewSelf(null)
                        .builder()
                        .token(current.token().getClientToken())
                        .rebuild())
                .thenApply(VaultResponse::getResult)
                .thenApply(result -> renewed(result.getAuth()))
                .thenCompose(token -> token.getLeaseDuration().multipliedBy(2).compareTo(current.firstLease()) < 0
                        ? login(request)
                        : CompletableFuture.completedStage(hold(token, current.firstLease(), current.loggedInAt())))
                .exceptionallyCompose(failure -> isRefusal(failure) ? login(request) : keep(current, failure));
    }

    private VaultToken renewed(VaultAuthTokenRenewSelfAuthResult auth) {
        return VaultToken.from(
                auth.getClientToken(), auth.isRenewable(), auth.getLeaseDuration(), auth.getNumUses(), clock);
    }

    private VaultToken hold(VaultToken token, Duration firstLease, Instant loggedInAt) {
        VaultToken cached = token.cached();
        held = new Held(cached, firstLease, loggedInAt);
        return cached;
    }

    private static CompletionStage<VaultToken> keep(Held current, Throwable failure) {
        LOG.warnf(
                "Vault did not renew the token (%s); it is good until %s",
                kind(failure), current.token().getExpiresAt());
        return CompletableFuture.completedStage(current.token());
    }

    private static boolean isRefusal(Throwable failure) {
        return cause(failure) instanceof VaultClientException refused
                && refused.getStatus() != null
                && (refused.getStatus() == 400 || refused.getStatus() == 403);
    }

    /** What a stage failed with, without the wrapping that its followers add. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static String kind(Throwable failure) {
        return cause(failure).getClass().getSimpleName();
    }
}
