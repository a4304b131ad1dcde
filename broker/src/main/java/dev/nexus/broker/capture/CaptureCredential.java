package dev.nexus.broker.capture;

import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.SealResult;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.provider.CredentialSchemas;
import dev.nexus.broker.web.ApiException;
import dev.nexus.broker.web.Caller;
import dev.nexus.contracts.ErrorCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Captures a credential: state, pending connection, schema, seal, claim. A failure before the claim leaves the connection
 * pending, and the same state works again; no transaction is open while the cipher is asked.
 */
@ApplicationScoped
public class CaptureCredential {

    private final RedeemState redeem;
    private final CredentialSchemas schemas;
    private final CredentialCipher cipher;
    private final CaptureRepository connections;

    CaptureCredential(
            RedeemState redeem, CredentialSchemas schemas, CredentialCipher cipher, CaptureRepository connections) {
        this.redeem = redeem;
        this.schemas = schemas;
        this.cipher = cipher;
        this.connections = connections;
    }

    /** Takes the request body {@code {state, credentials}} as it came. */
    public Uni<CapturedConnection> run(Caller caller, byte[] body) {
        CaptureForm form = CaptureForm.parse(body);
        return redeem.run(caller, form.state())
                .invoke(connection -> schemas.check(
                        connection.provider(), connection.schemaVersion(), connection.schema(), form.credentials()))
                .flatMap(connection -> seal(connection, form.rawCredentials())
                        .flatMap(ciphertext -> connections.claim(caller, connection, ciphertext))
                        .map(claimed -> CapturedConnection.of(connection)));
    }

    private Uni<Ciphertext> seal(PresentedConnection connection, Secret credentials) {
        CredentialBinding binding = new CredentialBinding(connection.tenant(), connection.id(), connection.provider());
        return cipher.seal(List.of(new ToSeal(binding, credentials))).map(results -> sealed(results.get(0)));
    }

    private static Ciphertext sealed(SealResult result) {
        if (result instanceof SealResult.Sealed done) {
            return done.ciphertext();
        }
        throw new ApiException(
                ErrorCode.UNAVAILABLE,
                "The credential cannot be sealed at the moment; the state stays good, try again");
    }
}
