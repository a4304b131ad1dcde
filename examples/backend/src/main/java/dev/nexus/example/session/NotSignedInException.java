package dev.nexus.example.session;

/** The page is for users who have signed in. */
public final class NotSignedInException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotSignedInException() {
        super("not signed in");
    }
}
