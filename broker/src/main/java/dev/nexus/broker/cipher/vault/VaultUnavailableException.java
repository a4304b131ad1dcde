package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.VaultClientException;
import io.quarkus.vault.client.json.JsonMapping;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Vault gave no usable answer. The message has the status or the kind of the failure, but no content of the request.
 */
final class VaultUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int CLIENT_ERROR = 400;
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

    /**
     * Returns true if Vault itself answered with a 5xx, for example because it is sealed. Each error of Vault has a JSON
     * body with an array {@code errors}, which the client parses if it is not empty. A 5xx without this body can come
     * from a load balancer in front of Vault.
     */
    boolean isErrorOfVault() {
        return getCause() instanceof VaultClientException answered
                && answered.getStatus() != null
                && answered.getStatus() >= SERVER_ERROR
                && (answered.getErrors() != null || hasErrors(answered.getBody()));
    }

    private static boolean hasErrors(@Nullable String body) {
        if (body == null) {
            return false;
        }
        try {
            return JsonMapping.mapper.readTree(body).path("errors").isArray();
        } catch (IOException notJson) {
            return false;
        }
    }

    /** Returns true if the answer is a 4xx, for example because Vault refuses the login. */
    boolean isRefusal() {
        return getCause() instanceof VaultClientException answered
                && answered.getStatus() != null
                && answered.getStatus() >= CLIENT_ERROR
                && answered.getStatus() < SERVER_ERROR;
    }
}
