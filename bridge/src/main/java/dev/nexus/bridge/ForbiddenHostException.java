package dev.nexus.bridge;

/** A request to a host that its credential is not for; nothing was sent. */
public final class ForbiddenHostException extends BridgeException {

    private static final long serialVersionUID = 1L;

    ForbiddenHostException(String message) {
        super(message);
    }
}
