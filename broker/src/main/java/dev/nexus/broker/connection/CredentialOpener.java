package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.CipherFailure;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.cipher.UnreadableValues;
import dev.nexus.broker.cipher.UnreadableValues.Reason;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Decrypts the credential of a connection. If an active connection has no ciphertext, or if the cipher refuses a
 * ciphertext ({@link CipherFailure#REFUSED}), the credential is lost. {@link UnreadableValues} reports the loss, and
 * the caller gets a 500. The connection's status does not change.
 */
@ApplicationScoped
class CredentialOpener {

    private final CredentialCipher cipher;
    private final UnreadableValues unreadable;

    CredentialOpener(CredentialCipher cipher, UnreadableValues unreadable) {
        this.cipher = cipher;
        this.unreadable = unreadable;
    }

    /**
     * Decrypts the ciphertext.
     *
     * @return the result, which is {@link CipherFailure#REFUSED} if an active connection has no ciphertext. If any
     *     other connection has no ciphertext, fails with {@link ApiException} connection_not_active
     */
    Uni<OpenResult> open(Caller caller, StoredCredential stored) {
        Ciphertext ciphertext = stored.ciphertext();
        if (ciphertext == null) {
            return stored.status() == ConnectionStatus.ACTIVE
                    ? Uni.createFrom().item(new OpenResult.Failed(CipherFailure.REFUSED))
                    : Uni.createFrom().failure(notActive(stored));
        }
        return cipher.open(List.of(new ToOpen(binding(caller, stored), ciphertext)))
                .map(results -> results.get(0));
    }

    /**
     * Returns the plaintext of {@code result}.
     *
     * @throws ApiException internal if the credential is lost, and unavailable if the cipher does not work at the
     *     moment
     */
    Secret plaintext(Caller caller, StoredCredential stored, OpenResult result) {
        if (result instanceof OpenResult.Opened opened) {
            return opened.plaintext();
        }
        if (result instanceof OpenResult.Failed failed && failed.failure() == CipherFailure.REFUSED) {
            unreadable.report(
                    binding(caller, stored), stored.ciphertext() == null ? Reason.MISSING : Reason.NOT_DECRYPTABLE);
            throw new ApiException(
                    ErrorCode.INTERNAL,
                    "The stored credential cannot be read. Report it to the operator of the service, or capture the"
                            + " credential again with a new connection");
        }
        throw new ApiException(ErrorCode.UNAVAILABLE, "The credential cannot be decrypted at the moment. Retry later");
    }

    private static CredentialBinding binding(Caller caller, StoredCredential stored) {
        return new CredentialBinding(caller.tenant(), stored.connection(), stored.provider());
    }

    private static ApiException notActive(StoredCredential stored) {
        if (stored.status() == ConnectionStatus.PENDING) {
            return new ApiException(
                    ErrorCode.CONNECTION_NOT_ACTIVE,
                    "The connection is pending, because no credential has been submitted yet. Submit one with"
                            + " capture-credential, or send the user to auth_url. If the state has expired, begin a new"
                            + " connection");
        }
        return new ApiException(
                ErrorCode.CONNECTION_NOT_ACTIVE,
                "The connection is " + stored.status().wire() + " and serves no credential. Use the connection in"
                        + " replaced_by if check-connection returns one. Otherwise begin a new connection");
    }
}
