package dev.nexus.broker.state;

import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.CipherFailure;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.SealResult;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.cipher.UnreadableValues;
import dev.nexus.broker.cipher.UnreadableValues.Reason;
import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.database.StartChecks;
import dev.nexus.broker.state.StateKeyStatements.SealedKey;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Caches the decrypted keys that sign and verify states. Reads the database on a schedule, and also if a state names an
 * unknown key or if no key can sign. Reads of the second kind run at most once a second, and all callers share them. A
 * state that another replica has signed with a new key is therefore accepted. A flood of invented key names costs at
 * most one query a second. The cached keys work even if the database or the cipher does not.
 */
@ApplicationScoped
class StateKeyRing {

    private static final Logger LOG = Logger.getLogger(StateKeyRing.class);
    private static final Duration BETWEEN_REFRESHES = Duration.ofSeconds(1);
    private static final int KEY_BYTES = 32;

    /** The interval between two reads of the keys, in the format of {@link Scheduled}. */
    private static final String REFRESH_EVERY = "5s";

    /**
     * The time between publishing a key and signing with it. At least {@link #REFRESH_EVERY}, because every replica
     * reads the new key in this time.
     */
    private static final Duration PUBLISH_AHEAD = Duration.ofSeconds(5);

    private final StateKeyStatements statements;
    private final CredentialCipher cipher;
    private final Duration rotateEvery;
    private final Duration publishAhead;
    private final DatabaseErrors databaseErrors;
    private final UnreadableValues unreadable;
    private final SecureRandom random = new SecureRandom();

    private volatile Map<String, StateKey> cached = Map.of();
    private volatile Instant refreshStartedAt = Instant.EPOCH;
    private @Nullable Uni<Void> refreshing;

    @Inject
    StateKeyRing(
            StateKeyStatements statements,
            CredentialCipher cipher,
            StateConfig config,
            MeterRegistry meters,
            DatabaseErrors databaseErrors,
            UnreadableValues unreadable) {
        this(statements, cipher, config.rotateEvery(), PUBLISH_AHEAD, meters, databaseErrors, unreadable);
    }

    StateKeyRing(
            StateKeyStatements statements,
            CredentialCipher cipher,
            Duration rotateEvery,
            Duration publishAhead,
            MeterRegistry meters,
            DatabaseErrors databaseErrors,
            UnreadableValues unreadable) {
        this.statements = statements;
        this.cipher = cipher;
        this.rotateEvery = rotateEvery;
        this.publishAhead = publishAhead;
        this.databaseErrors = databaseErrors;
        this.unreadable = unreadable;
        Gauge.builder("nexus.state.key.signing.since.timestamp", this, StateKeyRing::signingSince)
                .description("Unix time at which the newest state key began to sign")
                .baseUnit("seconds")
                .register(meters);
    }

    private double signingSince() {
        return newestSigning(Instant.now())
                .map(key -> (double) key.signsFrom().getEpochSecond())
                .orElse(Double.NaN);
    }

    /**
     * Reads the keys for the first time, if the migrations are checked. The startup does not wait for this read. The scheduled reads begin only when
     * the application runs. An earlier scheduled read could cause a deadlock: it would block an event loop until the
     * cipher is created, and the creation would wait for the same event loop.
     */
    void onStart(@Observes StartupEvent event, StartChecks checks) {
        if (!checks.isMigrated()) {
            return;
        }
        scheduledRefresh().subscribe().with(done -> LOG.debug("The state keys are available"));
    }

    @Scheduled(
            every = REFRESH_EVERY,
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = StartChecks.class)
    Uni<Void> scheduledRefresh() {
        return refresh().chain(this::rotate).onFailure().recoverWithUni(failure -> {
            LOG.warnf(
                    "Refreshing the state keys failed: cause=%s. The keys in memory stay in use.",
                    databaseErrors.record(failure));
            return Uni.createFrom().voidItem();
        });
    }

    /**
     * Returns the newest key that may sign. If the cache has none, reads the keys first. Fails with
     * {@link ApiException} unavailable if the cache still has none. If the keys cannot be read, fails with the failure
     * of the database.
     */
    Uni<StateKey> signing() {
        return newestSigning(Instant.now())
                .map(key -> Uni.createFrom().item(key))
                .orElseGet(() -> refreshAgain()
                        .map(done -> newestSigning(Instant.now())
                                .orElseThrow(() -> new ApiException(
                                        ErrorCode.UNAVAILABLE, "No state key is available at the moment. Retry."))));
    }

    /**
     * Returns the key {@code kid}; empty if it does not exist or no longer verifies. If the cache does not have it,
     * reads the keys first. Fails with {@link ApiException} unavailable if the cache then has no key at all. If the
     * keys cannot be read, fails with the failure of the database.
     */
    Uni<Optional<StateKey>> verifying(String kid) {
        if (cached.containsKey(kid)) {
            return Uni.createFrom().item(cached(kid));
        }
        return refreshAgain().map(done -> {
            if (cached.isEmpty()) {
                throw new ApiException(ErrorCode.UNAVAILABLE, "No state key is available at the moment. Retry.");
            }
            return cached(kid);
        });
    }

    private Optional<StateKey> cached(String kid) {
        return Optional.ofNullable(cached.get(kid)).filter(key -> key.verifies(Instant.now()));
    }

    private Optional<StateKey> newestSigning(Instant now) {
        if (cached.size() == 1) {
            // The first key signs immediately, even if this machine's clock is behind the database's.
            return cached.values().stream().findFirst();
        }
        return cached.values().stream().filter(key -> key.signs(now)).max(Comparator.comparing(StateKey::signsFrom));
    }

    /**
     * The result arrives on the context of the waiting request, not on that of the request that started the refresh.
     */
    private Uni<Void> refreshAgain() {
        return Uni.createFrom().deferred(() -> {
            Context own = Vertx.currentContext();
            Uni<Void> shared = sharedRefresh();
            return own == null ? shared : shared.emitOn(next -> own.runOnContext(ignored -> next.run()));
        });
    }

    private synchronized Uni<Void> sharedRefresh() {
        if (refreshing == null) {
            Duration wait = Duration.between(Instant.now(), refreshStartedAt.plus(BETWEEN_REFRESHES));
            Uni<Void> start = wait.isNegative() || wait.isZero()
                    ? Uni.createFrom().voidItem()
                    : Uni.createFrom().voidItem().onItem().delayIt().by(wait);
            refreshing = start.chain(this::refresh)
                    .chain(this::rotate)
                    .onTermination()
                    .invoke(this::endRefresh)
                    .memoize()
                    .indefinitely();
        }
        return refreshing;
    }

    private synchronized void endRefresh() {
        refreshing = null;
    }

    private Uni<Void> refresh() {
        refreshStartedAt = Instant.now();
        return statements.find().flatMap(this::cache);
    }

    private Uni<Void> cache(List<SealedKey> found) {
        List<SealedKey> unknown =
                found.stream().filter(key -> !cached.containsKey(key.kid())).toList();
        if (unknown.isEmpty()) {
            cached = merged(found, Map.of());
            return Uni.createFrom().voidItem();
        }
        List<ToOpen> sealed = unknown.stream()
                .map(key -> new ToOpen(new StateKeyBinding(key.kid()), key.sealed()))
                .toList();
        return cipher.open(sealed)
                .invoke(results -> cached = merged(found, decrypted(unknown, results)))
                .replaceWithVoid();
    }

    private Map<String, StateKey> decrypted(List<SealedKey> sealed, List<OpenResult> results) {
        Map<String, StateKey> keys = new HashMap<>();
        for (int i = 0; i < sealed.size(); i++) {
            SealedKey key = sealed.get(i);
            if (results.get(i) instanceof OpenResult.Opened opened) {
                keys.put(key.kid(), StateKey.of(key.kid(), opened.plaintext(), key.signsFrom(), key.verifiesUntil()));
            } else if (results.get(i) instanceof OpenResult.Failed failed
                    && failed.failure() == CipherFailure.REFUSED) {
                unreadable.report(new StateKeyBinding(key.kid()), Reason.NOT_DECRYPTABLE);
            } else {
                LOG.warnf("A state key cannot be decrypted at the moment: kid=%s", key.kid());
            }
        }
        return keys;
    }

    private Map<String, StateKey> merged(List<SealedKey> found, Map<String, StateKey> decrypted) {
        Map<String, StateKey> merged = new HashMap<>();
        for (SealedKey key : found) {
            StateKey known = cached.getOrDefault(key.kid(), decrypted.get(key.kid()));
            if (known != null) {
                merged.put(key.kid(), known.withVerifiesUntil(key.verifiesUntil()));
            }
        }
        return Map.copyOf(merged);
    }

    /**
     * Publishes a new key if the newest key is due for rotation. Encrypts the new key before the transaction begins.
     */
    private Uni<Void> rotate() {
        if (!isRotationDue(Instant.now())) {
            return Uni.createFrom().voidItem();
        }
        String kid = UUID.randomUUID().toString();
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return cipher.seal(List.of(new ToSeal(new StateKeyBinding(kid), Secret.of(key))))
                .flatMap(results -> results.get(0) instanceof SealResult.Sealed done
                        ? statements.publish(kid, done.ciphertext(), rotateEvery, publishAhead)
                        : Uni.createFrom()
                                .failure(new ApiException(
                                        ErrorCode.UNAVAILABLE,
                                        "A state key cannot be encrypted at the moment. Retry.")))
                .chain(this::refresh);
    }

    private boolean isRotationDue(Instant now) {
        return cached.values().stream()
                .map(StateKey::signsFrom)
                .max(Comparator.naturalOrder())
                .map(newest -> !newest.plus(rotateEvery).minus(publishAhead).isAfter(now))
                .orElse(true);
    }
}
