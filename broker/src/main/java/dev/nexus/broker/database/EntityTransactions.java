package dev.nexus.broker.database;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Opens the Hibernate session of an administration use case. Each session has its own Vert.x context, because Panache
 * keeps the session in the context: other work on the same context would share the session. The caller receives the
 * result on its own context.
 *
 * <p>A caller stops waiting if its deadline has passed or its client has disconnected. This does not cancel work that
 * has begun. Panache does not close a session on a cancellation, and Hibernate refuses to close a session on another
 * thread (HR000069). The work continues to its end. {@link DatabaseSessions} limits each of its statements to two
 * seconds. At the end, the transaction of a write is rolled back. Thread-safe.
 */
@ApplicationScoped
public class EntityTransactions {

    /** The time for which the caller of a transaction waits. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(EntityTransactions.class);

    private final Vertx vertx;
    private final DatabaseTurns turns;

    EntityTransactions(Vertx vertx, DatabaseTurns turns) {
        this.vertx = vertx;
        this.turns = turns;
    }

    /**
     * Runs {@code work} in a session without a transaction, for a read of one statement. The result completes only when
     * the work has ended, so that a limit on the number of running reads also limits the connections in use. The
     * request's deadline limits the time for which the caller waits. For lists, which have their own limit.
     */
    public <T> Uni<T> read(Supplier<Uni<T>> work) {
        return onNewContext(abandoned -> Panache.withSession(work));
    }

    /** Like {@link #read(Supplier)}, in a turn of the tenant ({@link DatabaseTurns}). */
    public <T> Uni<T> read(String tenant, Supplier<Uni<T>> work) {
        return onNewContext(abandoned -> inTurn(tenant, abandoned, () -> Panache.withSession(work)));
    }

    /**
     * Runs {@code work} in one transaction, in a turn of the tenant ({@link DatabaseTurns}). The transaction commits if
     * the work succeeds while the caller still waits.
     *
     * @return the result of the work, after the commit; fails with the failure of the work or of the commit, with
     *     {@link TimeoutException} after two seconds, or like {@link DatabaseTurns#run}
     */
    public <T> Uni<T> write(String tenant, Supplier<Uni<T>> work) {
        return onNewContext(abandoned ->
                withLimit(LIMIT, abandoned, inTurn(tenant, abandoned, () -> transaction(work, abandoned))));
    }

    /** Like {@link #write(String, Supplier)}, for work of the start, which may take up to {@code limit}. */
    public <T> Uni<T> write(Duration limit, Supplier<Uni<T>> work) {
        return onNewContext(abandoned -> withLimit(limit, abandoned, transaction(work, abandoned)));
    }

    /** Does not begin work whose caller has stopped waiting before its turn. */
    private <T> Uni<T> inTurn(String tenant, AtomicBoolean abandoned, Supplier<Uni<T>> work) {
        return turns.run(
                tenant,
                () -> abandoned.get()
                        ? Uni.createFrom().failure(new CancellationException("The caller no longer waits for its turn"))
                        : work.get());
    }

    private static <T> Uni<T> transaction(Supplier<Uni<T>> work, AtomicBoolean abandoned) {
        return Uni.createFrom()
                .deferred(() -> Panache.withTransaction(() -> work.get()
                        .call(Panache::flush)
                        .invoke(() -> {
                            if (abandoned.get()) {
                                throw new CancellationException("The caller no longer waits for this transaction");
                            }
                        })));
    }

    /** Fails at the limit, on the caller's context. Does not cancel {@code transaction}. */
    private <T> Uni<T> withLimit(Duration limit, AtomicBoolean abandoned, Uni<T> transaction) {
        return Uni.createFrom().emitter(waiting -> {
            long timer = vertx.setTimer(limit.toMillis(), fired -> {
                abandoned.set(true);
                waiting.fail(new TimeoutException("no answer within " + limit.toMillis() + " ms"));
            });
            transaction
                    .onTermination()
                    .invoke(() -> vertx.cancelTimer(timer))
                    .subscribe()
                    .with(waiting::complete, failure -> {
                        if (abandoned.get()) {
                            LOG.debugf("Abandoned work has ended: cause=%s", DatabaseFailures.describe(failure));
                        }
                        waiting.fail(failure);
                    });
        });
    }

    private interface Work<T> {
        /** @param abandoned whether the caller no longer waits for the result */
        Uni<T> begin(AtomicBoolean abandoned);
    }

    private <T> Uni<T> onNewContext(Work<T> work) {
        return Uni.createFrom().emitter(caller -> {
            Context callerContext = Vertx.currentContext();
            Context newContext = VertxContext.createNewDuplicatedContext(
                    callerContext == null ? vertx.getOrCreateContext() : callerContext);
            VertxContextSafetyToggle.setContextSafe(newContext, true);
            Consumer<Runnable> onCallerContext = callerContext == null
                    ? Runnable::run
                    : action -> callerContext.runOnContext(ignored -> action.run());
            AtomicBoolean abandoned = new AtomicBoolean();
            caller.onTermination(() -> abandoned.set(true));
            Runnable begin = inScopeOfCaller(() -> run(work, abandoned, onCallerContext, caller));
            newContext.runOnContext(ignored -> begin.run());
        });
    }

    /**
     * Runs {@code action} with the log fields and the trace of the caller's context, so that the log lines and spans of
     * the statements have them.
     */
    @SuppressWarnings("MustBeClosedChecker")
    private static Runnable inScopeOfCaller(Runnable action) {
        Map<String, Object> fields = MDC.getMap();
        io.opentelemetry.context.Context trace = io.opentelemetry.context.Context.current();
        return () -> {
            fields.forEach(MDC::put);
            // The scope is never closed, because the work continues after this method. The scope ends with the new
            // context.
            trace.makeCurrent();
            action.run();
        };
    }

    private static <T> void run(
            Work<T> work, AtomicBoolean abandoned, Consumer<Runnable> onCallerContext, UniEmitter<? super T> caller) {
        if (abandoned.get()) {
            return;
        }
        Uni.createFrom()
                .deferred(() -> work.begin(abandoned))
                .subscribe()
                .with(
                        item -> onCallerContext.accept(() -> caller.complete(item)),
                        failure -> onCallerContext.accept(() -> caller.fail(DatabaseFailures.unwrap(failure))));
    }
}
