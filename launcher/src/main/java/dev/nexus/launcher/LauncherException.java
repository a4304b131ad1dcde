package dev.nexus.launcher;

/** An error that the user can fix. The message names the fault and, if possible, the remedy. */
public final class LauncherException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LauncherException(String message) {
        super(message);
    }

    public LauncherException(String message, Throwable cause) {
        super(message, cause);
    }
}
