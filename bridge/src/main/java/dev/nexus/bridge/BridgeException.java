package dev.nexus.bridge;

/**
 * Thrown if the Bridge cannot prepare or send a request. No message contains a credential, an API key, or the path or
 * query of a request.
 */
public class BridgeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BridgeException(String message) {
        super(message);
    }
}
