package dev.nexus.broker.connection;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.audit.CredentialRead;
import dev.nexus.broker.audit.ReadAuditLog;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.http.Parameters;
import dev.nexus.broker.provider.definition.RequestPlans;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Returns the credential of a connection: one SELECT with the tenant, one decryption, and one audit event. The event is
 * committed before the response, also if the decryption failed. A read that fails with connection_not_found or
 * connection_not_active has no event. A superseded connection serves its credential in its grace period, and the
 * response names the connection that replaced it.
 */
@ApplicationScoped
public class ReadToken {

    private final ConnectionStatements connections;
    private final CredentialOpener credentials;
    private final RequestPlans plans;
    private final ReadAuditLog audit;

    ReadToken(ConnectionStatements connections, CredentialOpener credentials, RequestPlans plans, ReadAuditLog audit) {
        this.connections = connections;
        this.credentials = credentials;
        this.plans = plans;
        this.audit = audit;
    }

    /**
     * Returns the response. Fails with {@link dev.nexus.runtime.ApiException} connection_not_found or
     * connection_not_active, with internal if the credential is lost, and with unavailable if the credential cannot be
     * decrypted at the moment.
     */
    public Uni<TokenBody> run(Caller caller, String id) {
        return connections
                .findStored(caller.tenant(), Parameters.connectionId(id))
                .map(found -> found.orElseThrow(Parameters::connectionNotFound))
                .flatMap(stored -> open(caller, stored));
    }

    private Uni<TokenBody> open(Caller caller, StoredCredential stored) {
        return credentials
                .open(caller, stored)
                .flatMap(result -> audit.record(read(caller, stored, result))
                        .map(recorded -> TokenBody.of(stored, plans, credentials.plaintext(caller, stored, result))));
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
}
