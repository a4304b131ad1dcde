package dev.nexus.broker.cipher.vault;

/** Vault gave no answer that can be used; the message names the status or the kind of failure, and nothing that was sent. */
final class VaultUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    VaultUnavailableException(String what) {
        super(what);
    }

    VaultUnavailableException(String what, Throwable cause) {
        super(what, cause);
    }
}
