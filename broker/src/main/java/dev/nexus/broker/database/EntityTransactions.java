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
 * Opens the Hibernate session of a use case of the administration. Everything between opening and closing a session runs on a
 * Vert.x context of its own: Panache keeps the session in the context, and would share it with whatever else runs there. The
 * caller gets the answer on its own context.
 *
 * <p>A caller that stops waiting, because its deadline has passed or its client has gone, does not cancel the work: Panache
 * closes no session on a cancellation, and Hibernate refuses to close one on another thread (HR000069). The work goes on until
 * its current statements end ({@link DatabaseSessions} limits each to two seconds); a transaction is then rolled back.
 * Thread-safe.
 */
@ApplicationScoped
public class EntityTransactions {

    /** How long the caller of a transaction waits. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(EntityTransactions.class);

    private final Vertx vertx;

    EntityTransactions(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Runs {@code work} in a session without a transaction, for a read of one statement. Answers when the work has ended,
     * so that whoever counts the reads counts their connections; the request's deadline limits how long its caller waits.
     */
    public <T> Uni<T> read(Supplier<Uni<T>> work) {
        return onNewContext(abandoned -> Panache.withSession(work));
    }

    /**
     * Runs {@code work} in one transaction, which commits if it succeeds while the caller still waits.
     *
     * @return fails with {@link TimeoutException} after two seconds
     */
    public <T> Uni<T> write(Supplier<Uni<T>> work) {
        return write(LIMIT, work);
    }

    /** As {@link #write(Supplier)}, for work that may take up to {@code limit}, such as at the start. */
    public <T> Uni<T> write(Duration limit, Supplier<Uni<T>> work) {
        return onNewContext(abandoned -> withLimit(limit, abandoned, transaction(work, abandoned)));
    }

    private static <T> Uni<T> transaction(Supplier<Uni<T>> work, AtomicBoolean abandoned) {
        return Uni.createFrom()
                .deferred(() -> Panache.withTransaction(() -> work.get()
                        .call(Panache::flush)
                        .invoke(() -> {
                            if (abandoned.get()) {
                                throw new CancellationException("Nobody waits for this transaction any more");
                            }
                        })));
    }

    /** Fails at the limit, on this context; {@code transaction} goes on. */
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
                            LOG.debugf(
                                    "Work that was given up has ended: cause=%s", DatabaseFailures.describe(failure));
                        }
                        waiting.fail(failure);
                    });
        });
    }

    private interface Work<T> {
        /** @param abandoned whether nobody waits for the answer any more */
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

    /** {@code action} with the caller's log fields and trace, which live in its context, for the statements' spans and logs. */
    @SuppressWarnings("MustBeClosedChecker")
    private static Runnable inScopeOfCaller(Runnable action) {
        Map<String, Object> fields = MDC.getMap();
        io.opentelemetry.context.Context trace = io.opentelemetry.context.Context.current();
        return () -> {
            fields.forEach(MDC::put);
            // Never closed: it goes with the context that it is put into, and the work goes on after this method.
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
