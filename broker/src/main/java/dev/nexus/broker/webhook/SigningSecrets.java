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

/** Makes, seals and opens signing secrets, each bound to its tenant, endpoint and row. */
@ApplicationScoped
public class SigningSecrets {

    private final CredentialCipher cipher;
    private final UnreadableValues unreadable;
    private final SecureRandom random = new SecureRandom();

    public SigningSecrets(CredentialCipher cipher, UnreadableValues unreadable) {
        this.cipher = cipher;
        this.unreadable = unreadable;
    }

    /** A secret that is nowhere else yet, in the form to show once and in the form to keep. */
    record NewSecret(UUID id, SigningSecret secret, Ciphertext sealed) {}

    /** Fails with {@link ApiException} unavailable where it cannot be sealed. */
    Uni<NewSecret> make(String tenant, UUID endpoint) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        SigningSecret secret = SigningSecret.make(random);
        ToSeal asked = new ToSeal(new WebhookSecretBinding(tenant, endpoint, id), secret.key());
        return cipher.seal(List.of(asked)).map(results -> {
            if (results.get(0) instanceof SealResult.Sealed done) {
                return new NewSecret(id, secret, done.ciphertext());
            }
            throw new ApiException(ErrorCode.UNAVAILABLE, "A signing secret cannot be sealed at the moment; try again");
        });
    }

    /** The secrets, the newest first; what does not open is left out. Fails where the cipher cannot be reached. */
    public Uni<List<SigningSecret>> open(String tenant, UUID endpoint, List<SealedSecret> stored) {
        List<ToOpen> asked = stored.stream()
                .map(secret -> new ToOpen(new WebhookSecretBinding(tenant, endpoint, secret.id()), secret.sealed()))
                .toList();
        return cipher.open(asked).map(results -> {
            List<SigningSecret> open = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) instanceof OpenResult.Opened opened) {
                    open.add(new SigningSecret(opened.plaintext()));
                } else if (results.get(i) instanceof OpenResult.Failed failed
                        && failed.failure() == CipherFailure.UNAVAILABLE) {
                    throw new ApiException(ErrorCode.UNAVAILABLE, "A signing secret cannot be opened at the moment");
                } else {
                    unreadable.report(asked.get(i).binding(), Reason.NOT_DECRYPTABLE);
                }
            }
            return open;
        });
    }
}
