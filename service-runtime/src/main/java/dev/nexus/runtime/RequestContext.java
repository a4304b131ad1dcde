package dev.nexus.runtime;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** Returns work to the Vert.x context of a request, which has the log fields of the request. */
public final class RequestContext {

    private RequestContext() {}

    /**
     * Runs {@code task} on the event loop of {@code own}: immediately if this thread is already on it, otherwise later.
     * A check of the current context is not enough: a time-out of Mutiny runs on a worker thread that has entered the
     * context of the request.
     */
    public static void run(Context own, Runnable task) {
        if (Context.isOnEventLoopThread() && Vertx.currentContext() == own) {
            task.run();
        } else {
            own.runOnContext(ignored -> task.run());
        }
    }
}
