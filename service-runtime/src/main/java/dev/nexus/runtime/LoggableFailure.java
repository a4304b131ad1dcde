package dev.nexus.runtime;

/**
 * A failure in a form that may be logged: its place and its causes, without messages, because messages may quote
 * values.
 */
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
