package dev.nexus.bridge;

/** What the Bridge could not do. No message holds a credential, an API key, or the path or query of a request. */
public class BridgeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BridgeException(String message) {
        super(message);
    }
}
