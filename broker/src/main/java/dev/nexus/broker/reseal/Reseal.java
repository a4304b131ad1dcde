package dev.nexus.broker.reseal;

import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.CipherFailure;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.SealResult;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.UnreadableValues;
import dev.nexus.broker.cipher.UnreadableValues.Reason;
import dev.nexus.broker.reseal.ResealStatements.Resealed;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Decrypts values of older keys and encrypts them with the newest key. Does not use Vault's rewrap, which does not
 * support associated data. The stored key versions are the only state of the job, so the next run after an interruption
 * finds the remaining values. A lease lets only one replica work at a time. A new ciphertext is stored only if the row
 * has not changed, so two concurrent jobs would not cause damage. The job holds no database connection while it calls
 * the cipher.
 */
@ApplicationScoped
class Reseal {

    private static final Logger LOG = Logger.getLogger(Reseal.class);
    private static final int MAX_REPORTED_REFUSALS = 10;

    /** If a replica crashes, another replica takes over after this time. Longer than {@link #STEP_LIMIT}. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    /** The time limit of a step. If a step times out, the run fails. */
    private static final Duration STEP_LIMIT = Duration.ofSeconds(8);

    private static final int STEPS_PER_SECOND = 5;

    /**
     * The maximum number of values in a step, which sends all of them to the cipher at the same time. The limit keeps
     * most of the cipher's queue (1,000 values with Vault) free for the values of requests.
     */
    static final int MAX_BATCH = 256;

    /** The number of values of one key up to which the count is exact. Higher numbers are estimates. */
    private static final long EXACT_COUNT = 100_000;

    private final ResealStatements statements;
    private final CredentialCipher cipher;
    private final int perSecond;
    private final int batch;
    private final ResealProgress progress;
    private final UnreadableValues unreadable;
    private final Duration stepLimit;
    private final String holder = UUID.randomUUID().toString();

    @Inject
    Reseal(
            ResealStatements statements,
            CredentialCipher cipher,
            ResealConfig config,
            ResealProgress progress,
            UnreadableValues unreadable) {
        this(statements, cipher, config, progress, unreadable, STEP_LIMIT);
    }

    Reseal(
            ResealStatements statements,
            CredentialCipher cipher,
            ResealConfig config,
            ResealProgress progress,
            UnreadableValues unreadable,
            Duration stepLimit) {
        this.statements = statements;
        this.cipher = cipher;
        this.perSecond = config.perSecond();
        this.batch = Math.min(MAX_BATCH, Math.max(1, perSecond / STEPS_PER_SECOND));
        this.progress = progress;
        this.unreadable = unreadable;
        this.stepLimit = stepLimit;
    }

    /**
     * Encrypts all values of older keys again. Does nothing if another replica has the lease. Fails if the database or
     * the cipher does not work, or if a step times out. The next run then continues.
     */
    public Uni<Void> run() {
        return statements
                .acquireLease(holder, LEASE)
                .flatMap(acquired -> acquired
                        ? work().onTermination().call(() -> statements.releaseLease(holder))
                        : Uni.createFrom().voidItem());
    }

    private Uni<Void> work() {
        return staleGroups()
                .flatMap(groups -> Multi.createFrom()
                        .iterable(groups)
                        .onItem()
                        .transformToUniAndConcatenate(group -> statements.count(group, EXACT_COUNT))
                        .collect()
                        .with(Collectors.summingLong(Long::longValue))
                        .invoke(progress::begin)
                        .chain(() -> Multi.createFrom()
                                .iterable(groups)
                                .onItem()
                                .transformToUniAndConcatenate(this::reseal)
                                .collect()
                                .last())
                        .invoke(progress::end)
                        .replaceWithVoid());
    }

    private Uni<List<SealedGroup>> staleGroups() {
        return Multi.createFrom()
                .items(SealedTable.values())
                .onItem()
                .transformToUniAndConcatenate(statements::groups)
                .onItem()
                .transformToIterable(groups -> groups)
                .onItem()
                .transformToUniAndConcatenate(
                        group -> isStale(group).map(stale -> stale ? List.of(group) : List.<SealedGroup>of()))
                .onItem()
                .transformToIterable(groups -> groups)
                .collect()
                .asList();
    }

    /**
     * Checks one value of the group. One value is enough, because all values of a group have the same key and the same
     * key version.
     */
    private Uni<Boolean> isStale(SealedGroup group) {
        return statements
                .next(group, "", 1)
                .flatMap(sample -> sample.isEmpty()
                        ? Uni.createFrom().item(false)
                        : cipher.isNewest(sample.get(0).binding(), group.cipher(), group.keyVersion())
                                .map(newest -> !newest));
    }

    /** The progress within one group. {@code after} is the id of the last value that has been read. */
    private static final class Pass {
        private String after = "";
        private boolean ended;
        private int refusals;
    }

    private Uni<Void> reseal(SealedGroup group) {
        return Multi.createBy()
                .repeating()
                .uni(
                        Pass::new,
                        pass -> step(group, pass)
                                .ifNoItem()
                                .after(stepLimit)
                                .fail()
                                .replaceWith(pass))
                .whilst(pass -> !pass.ended)
                .collect()
                .last()
                .invoke(pass -> {
                    if (pass != null && pass.refusals > 0) {
                        LOG.errorf(
                                "Values cannot be decrypted and stay unchanged: count=%d group=%s",
                                pass.refusals, group);
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> step(SealedGroup group, Pass pass) {
        return statements.acquireLease(holder, LEASE).flatMap(acquired -> {
            if (!acquired) {
                pass.ended = true;
                return Uni.createFrom().voidItem();
            }
            return statements
                    .next(group, pass.after, batch)
                    .flatMap(values -> values.isEmpty() ? end(pass) : reseal(group, values, pass));
        });
    }

    private static Uni<Void> end(Pass pass) {
        pass.ended = true;
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> reseal(SealedGroup group, List<SealedValue> values, Pass pass) {
        pass.after = values.get(values.size() - 1).id();
        Uni<Integer> work = open(values, pass)
                .flatMap(this::seal)
                .flatMap(resealed -> statements
                        .replace(group.table(), resealed)
                        .invoke(replaced -> progress.step(values.size(), replaced, resealed.size() - replaced)));
        return Uni.combine().all().unis(work, interval(values.size())).discardItems();
    }

    /** Completes after the time that {@code values} take at the configured rate. */
    private Uni<Void> interval(int values) {
        return Uni.createFrom().voidItem().onItem().delayIt().by(Duration.ofMillis(1 + 1_000L * values / perSecond));
    }

    private record OpenedValue(SealedValue value, ToSeal toSeal) {}

    private Uni<List<OpenedValue>> open(List<SealedValue> values, Pass pass) {
        List<ToOpen> requests = values.stream()
                .map(value -> new ToOpen(value.binding(), value.ciphertext()))
                .toList();
        return cipher.open(requests).map(results -> {
            List<OpenedValue> open = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                SealedValue value = values.get(i);
                if (results.get(i) instanceof OpenResult.Opened opened) {
                    open.add(new OpenedValue(value, new ToSeal(value.binding(), opened.plaintext())));
                } else if (((OpenResult.Failed) results.get(i)).failure() == CipherFailure.UNAVAILABLE) {
                    throw new CipherUnavailableException();
                } else {
                    refused(value, pass);
                }
            }
            return open;
        });
    }

    private void refused(SealedValue value, Pass pass) {
        pass.refusals++;
        progress.refused();
        if (pass.refusals <= MAX_REPORTED_REFUSALS) {
            unreadable.report(value.binding(), Reason.NOT_DECRYPTABLE);
        } else {
            unreadable.count(value.binding(), Reason.NOT_DECRYPTABLE);
        }
    }

    private Uni<List<Resealed>> seal(List<OpenedValue> open) {
        return cipher.seal(open.stream().map(OpenedValue::toSeal).toList()).map(results -> {
            List<Resealed> resealed = new ArrayList<>();
            for (int i = 0; i < open.size(); i++) {
                if (!(results.get(i) instanceof SealResult.Sealed done)) {
                    throw new CipherUnavailableException();
                }
                resealed.add(new Resealed(open.get(i).value(), done.ciphertext()));
            }
            return resealed;
        });
    }

    /** The cipher is unavailable. The next run continues. */
    static final class CipherUnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CipherUnavailableException() {
            super("the cipher is unavailable");
        }
    }
}
