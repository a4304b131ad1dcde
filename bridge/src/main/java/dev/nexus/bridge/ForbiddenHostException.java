package dev.nexus.bridge;

/** Thrown for a request whose URL the credential must not be sent to. The Bridge has not sent the request. */
public final class ForbiddenHostException extends BridgeException {

    private static final long serialVersionUID = 1L;

    ForbiddenHostException(String message) {
        super(message);
    }
}
