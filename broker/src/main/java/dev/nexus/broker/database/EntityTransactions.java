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
 * keeps the session in the context: other work on the same context would share it. The caller receives the result on
 * its own context.
 *
 * <p>A caller stops waiting if its deadline has passed or its client has disconnected. This does not cancel the work:
 * Panache does not close a session on a cancellation, and Hibernate refuses to close one on another thread (HR000069).
 * The work continues to the end of its current statements, which {@link DatabaseSessions} limits to two seconds each. A
 * transaction is then rolled back. Thread-safe.
 */
@ApplicationScoped
public class EntityTransactions {

    /** The time that the caller of a transaction waits. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(EntityTransactions.class);

    private final Vertx vertx;

    EntityTransactions(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Runs {@code work} in a session without a transaction, for a read of one statement. The result completes only when
     * the work has ended, so the number of unfinished reads is the number of connections in use. The request's deadline
     * limits the time that the caller waits.
     */
    public <T> Uni<T> read(Supplier<Uni<T>> work) {
        return onNewContext(abandoned -> Panache.withSession(work));
    }

    /**
     * Runs {@code work} in one transaction. The transaction commits if the work succeeds while the caller still waits.
     *
     * @return fails with {@link TimeoutException} after two seconds
     */
    public <T> Uni<T> write(Supplier<Uni<T>> work) {
        return write(LIMIT, work);
    }

    /** Like {@link #write(Supplier)}, for work that may take up to {@code limit}, for example during the start. */
    public <T> Uni<T> write(Duration limit, Supplier<Uni<T>> work) {
        return onNewContext(abandoned -> withLimit(limit, abandoned, transaction(work, abandoned)));
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
            Context callers = Vertx.currentContext();
            Context own =
                    VertxContext.createNewDuplicatedContext(callers == null ? vertx.getOrCreateContext() : callers);
            VertxContextSafetyToggle.setContextSafe(own, true);
            Consumer<Runnable> answer =
                    callers == null ? Runnable::run : action -> callers.runOnContext(ignored -> action.run());
            AtomicBoolean abandoned = new AtomicBoolean();
            caller.onTermination(() -> abandoned.set(true));
            Runnable begin = inScopeOfCaller(() -> run(work, abandoned, answer, caller));
            own.runOnContext(ignored -> begin.run());
        });
    }

    /**
     * Runs {@code action} with the log fields and the trace of the caller's context, so that the statements' spans and
     * logs have them.
     */
    @SuppressWarnings("MustBeClosedChecker")
    private static Runnable inScopeOfCaller(Runnable action) {
        Map<String, Object> fields = MDC.getMap();
        io.opentelemetry.context.Context trace = io.opentelemetry.context.Context.current();
        return () -> {
            fields.forEach(MDC::put);
            // Never closed: the work continues after this method, and the scope ends with the context that holds it.
            trace.makeCurrent();
            action.run();
        };
    }

    private static <T> void run(
            Work<T> work, AtomicBoolean abandoned, Consumer<Runnable> answer, UniEmitter<? super T> caller) {
        if (abandoned.get()) {
            return;
        }
        Uni.createFrom()
                .deferred(() -> work.begin(abandoned))
                .subscribe()
                .with(
                        item -> answer.accept(() -> caller.complete(item)),
                        failure -> answer.accept(() -> caller.fail(DatabaseFailures.unwrap(failure))));
    }
}
