package dev.nexus.bridge;

/** Thrown if the credential must not be sent to the URL of a request. The Bridge has not sent the request. */
public final class ForbiddenHostException extends BridgeException {

    private static final long serialVersionUID = 1L;

    ForbiddenHostException(String message) {
        super(message);
    }
}
