package dev.nexus.broker.webhook;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.cipher.CipherBinding.WebhookSecretBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.CipherFailure;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.SealResult;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.UnreadableValues;
import dev.nexus.broker.cipher.UnreadableValues.Reason;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Creates, encrypts and decrypts signing secrets. A secret can be decrypted only for the tenant, the endpoint and the
 * id for which it was encrypted.
 */
@ApplicationScoped
public class SigningSecrets {

    private final CredentialCipher cipher;
    private final UnreadableValues unreadable;
    private final SecureRandom random = new SecureRandom();

    public SigningSecrets(CredentialCipher cipher, UnreadableValues unreadable) {
        this.cipher = cipher;
        this.unreadable = unreadable;
    }

    /** A secret that is not stored yet: in the form to show once, and in the form to store. */
    record NewSecret(UUID id, SigningSecret secret, Ciphertext sealed) {}

    /** Creates a secret. Fails with {@link ApiException} unavailable if it cannot be encrypted. */
    Uni<NewSecret> create(String tenant, UUID endpoint) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        SigningSecret secret = SigningSecret.generate(random);
        ToSeal toSeal = new ToSeal(new WebhookSecretBinding(tenant, endpoint, id), secret.key());
        return cipher.seal(List.of(toSeal)).map(results -> {
            if (results.get(0) instanceof SealResult.Sealed done) {
                return new NewSecret(id, secret, done.ciphertext());
            }
            throw new ApiException(ErrorCode.UNAVAILABLE, "A signing secret cannot be encrypted at the moment. Retry.");
        });
    }

    /**
     * Decrypts the secrets, in the same order. Omits and reports secrets that cannot be decrypted. Fails with {@link
     * ApiException} unavailable if the cipher is unavailable.
     */
    public Uni<List<SigningSecret>> open(String tenant, UUID endpoint, List<SealedSecret> stored) {
        List<ToOpen> toOpen = stored.stream()
                .map(secret -> new ToOpen(new WebhookSecretBinding(tenant, endpoint, secret.id()), secret.sealed()))
                .toList();
        return cipher.open(toOpen).map(results -> {
            List<SigningSecret> open = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) instanceof OpenResult.Opened opened) {
                    open.add(new SigningSecret(opened.plaintext()));
                } else if (results.get(i) instanceof OpenResult.Failed failed
                        && failed.failure() == CipherFailure.UNAVAILABLE) {
                    throw new ApiException(
                            ErrorCode.UNAVAILABLE, "A signing secret cannot be decrypted at the moment. Retry.");
                } else {
                    unreadable.report(toOpen.get(i).binding(), Reason.NOT_DECRYPTABLE);
                }
            }
            return open;
        });
    }
}
