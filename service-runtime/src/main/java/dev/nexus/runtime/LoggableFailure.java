package dev.nexus.runtime;

/** A failure as a log may hold it: where it happened and what caused it, without messages, because they may quote values. */
public final class LoggableFailure {

    private LoggableFailure() {}

    /** The classes and stack traces of {@code failure} and its causes. */
    public static Throwable of(Throwable failure) {
        Throwable place = new Throwable(failure.getClass().getName());
        place.setStackTrace(failure.getStackTrace());
        Throwable cause = failure.getCause();
        if (cause != null && cause != failure) {
            place.initCause(of(cause));
        }
        return place;
    }
}
