package dev.nexus.broker.connection;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.audit.AuditLog;
import dev.nexus.broker.audit.CredentialRead;
import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.CipherFailure;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.web.ApiException;
import dev.nexus.broker.web.Caller;
import dev.nexus.broker.web.Parameters;
import dev.nexus.contracts.ErrorCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Hands a credential back: one SELECT that holds the tenant, one opening, one audit row that the answer waits for. A
 * superseded connection serves through its grace and says who replaced it.
 */
@ApplicationScoped
public class ReadToken {

    private static final Logger LOG = Logger.getLogger(ReadToken.class);

    private final ConnectionRepository connections;
    private final CredentialCipher cipher;
    private final AuditLog audit;

    ReadToken(ConnectionRepository connections, CredentialCipher cipher, AuditLog audit) {
        this.connections = connections;
        this.cipher = cipher;
        this.audit = audit;
    }

    public Uni<TokenBody> run(Caller caller, String id) {
        return connections
                .findStored(caller.tenant(), Parameters.connectionId(id))
                .map(found -> found.orElseThrow(Parameters::connectionNotFound))
                .flatMap(stored -> open(caller, stored));
    }

    private Uni<TokenBody> open(Caller caller, StoredCredential stored) {
        Ciphertext ciphertext = stored.ciphertext();
        if (ciphertext == null) {
            throw notActive(stored);
        }
        CredentialBinding binding = new CredentialBinding(caller.tenant(), stored.connection(), stored.provider());
        return cipher.open(List.of(new ToOpen(binding, ciphertext)))
                .map(results -> results.get(0))
                .flatMap(result -> audit.note(read(caller, stored, result)).map(noted -> body(stored, result)));
    }

    private static CredentialRead read(Caller caller, StoredCredential stored, OpenResult result) {
        return new CredentialRead(
                UuidCreator.getTimeOrderedEpoch(),
                OffsetDateTime.now(ZoneOffset.UTC),
                caller,
                stored.connection(),
                stored.workspaceId(),
                stored.provider(),
                result instanceof OpenResult.Opened);
    }

    private static TokenBody body(StoredCredential stored, OpenResult result) {
        if (result instanceof OpenResult.Opened opened) {
            return TokenBody.of(stored, opened.plaintext());
        }
        if (result instanceof OpenResult.Failed failed && failed.failure() == CipherFailure.REFUSED) {
            LOG.errorf("The credential of connection %s does not open", stored.connection());
            throw new ApiException(ErrorCode.INTERNAL, "The credential could not be opened");
        }
        throw new ApiException(ErrorCode.UNAVAILABLE, "The credential cannot be opened at the moment; try again");
    }

    static ApiException notActive(StoredCredential stored) {
        return new ApiException(
                ErrorCode.CONNECTION_NOT_ACTIVE,
                "The connection is " + stored.status() + " and has no credential to give");
    }
}
