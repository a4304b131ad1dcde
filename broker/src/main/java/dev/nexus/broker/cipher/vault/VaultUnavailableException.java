package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.VaultClientException;

/**
 * Vault gave no usable answer. The message has the status or the kind of the failure, but no content of the request.
 */
final class VaultUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int SERVER_ERROR = 500;

    VaultUnavailableException(String what) {
        super(what);
    }

    VaultUnavailableException(String what, Throwable cause) {
        super(what, cause);
    }

    /**
     * The message has only the status or the class of {@code failure}, because Vault's own message can quote the
     * request. Do not log the cause, which has Vault's message.
     */
    static VaultUnavailableException of(Throwable failure) {
        Throwable cause = VaultLogin.cause(failure);
        if (cause instanceof VaultUnavailableException known) {
            return known;
        }
        return cause instanceof VaultClientException answered && answered.getStatus() != null
                ? new VaultUnavailableException("status " + answered.getStatus(), answered)
                : new VaultUnavailableException(cause.getClass().getSimpleName(), cause);
    }

    /** Returns true if Vault answered with a 5xx, for example because it is sealed. */
    boolean isServerError() {
        return getCause() instanceof VaultClientException answered
                && answered.getStatus() != null
                && answered.getStatus() >= SERVER_ERROR;
    }
}
