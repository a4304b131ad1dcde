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
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Opens the Hibernate session of a use case of the administration. Everything between opening and closing the session runs on
 * one Vert.x context: the request's own, or a new one where there is none, such as at the start.
 *
 * <p>A caller that stops waiting, because its deadline has passed or its client has gone, does not cancel the work: Panache
 * closes no session on a cancellation, and Hibernate refuses to close one on another thread (HR000069). The work goes on until
 * its current statements end ({@link DatabaseSessions} limits each to two seconds), and is then rolled back. Thread-safe.
 */
@ApplicationScoped
public class EntityTransactions {

    /** How long a caller waits. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(EntityTransactions.class);

    private final Vertx vertx;

    EntityTransactions(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Runs {@code work} in a session without a transaction, for a read of one statement.
     *
     * @return fails with {@link TimeoutException} after two seconds
     */
    public <T> Uni<T> read(Supplier<Uni<T>> work) {
        return onOneContext(LIMIT, abandoned -> Panache.withSession(work));
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
        return onOneContext(
                limit,
                abandoned -> Panache.withTransaction(() -> work.get()
                        .call(Panache::flush)
                        .invoke(() -> {
                            if (abandoned.get()) {
                                throw new CancellationException("Nobody waits for this transaction any more");
                            }
                        })));
    }

    private interface Work<T> {
        /** @param abandoned whether nobody waits for the answer any more */
        Uni<T> begin(AtomicBoolean abandoned);
    }

    private <T> Uni<T> onOneContext(Duration limit, Work<T> work) {
        return Uni.createFrom().emitter(caller -> {
            Context own = VertxContext.getOrCreateDuplicatedContext(vertx);
            if (Vertx.currentContext() != own) {
                VertxContextSafetyToggle.setContextSafe(own, true);
            }
            AtomicBoolean abandoned = new AtomicBoolean();
            caller.onTermination(() -> abandoned.set(true));
            own.runOnContext(ignored -> run(limit, work, abandoned, caller));
        });
    }

    private <T> void run(Duration limit, Work<T> work, AtomicBoolean abandoned, UniEmitter<? super T> caller) {
        if (abandoned.get()) {
            return;
        }
        // Fires on this context, and so does what the caller does then.
        long timer = vertx.setTimer(
                limit.toMillis(),
                fired -> caller.fail(new TimeoutException("no answer within " + limit.toMillis() + " ms")));
        Uni.createFrom()
                .deferred(() -> work.begin(abandoned))
                .onTermination()
                .invoke(() -> vertx.cancelTimer(timer))
                .subscribe()
                .with(caller::complete, failure -> {
                    if (abandoned.get()) {
                        LOG.debugf("Work that was given up has ended: cause=%s", DatabaseFailures.describe(failure));
                    }
                    caller.fail(failure);
                });
    }
}
