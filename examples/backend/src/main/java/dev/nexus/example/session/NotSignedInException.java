package dev.nexus.example.session;

/** Thrown if a request needs a session and has none. */
public final class NotSignedInException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotSignedInException() {
        super("not signed in");
    }
}
