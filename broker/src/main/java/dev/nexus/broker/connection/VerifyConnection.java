package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.http.Deadline;
import dev.nexus.broker.http.Parameters;
import dev.nexus.broker.provider.definition.RequestPlans;
import dev.nexus.broker.verification.VerificationOutcome;
import dev.nexus.broker.verification.VerificationOutcome.NotSupported;
import dev.nexus.broker.verification.VerifyCredential;
import dev.nexus.broker.webhook.delivery.WebhookScheduler;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Verifies a stored credential at the provider again, and returns the connection with the result. */
@ApplicationScoped
public class VerifyConnection {

    private final ConnectionStatements connections;
    private final VerificationStatements verifications;
    private final CredentialOpener credentials;
    private final RequestPlans plans;
    private final VerifyCredential verify;
    private final CheckConnection check;
    private final WebhookScheduler webhooks;

    VerifyConnection(
            ConnectionStatements connections,
            VerificationStatements verifications,
            CredentialOpener credentials,
            RequestPlans plans,
            VerifyCredential verify,
            CheckConnection check,
            WebhookScheduler webhooks) {
        this.connections = connections;
        this.verifications = verifications;
        this.credentials = credentials;
        this.plans = plans;
        this.verify = verify;
        this.check = check;
        this.webhooks = webhooks;
    }

    /**
     * Returns the connection, like check-connection, after the verification. Stores no outcome if the provider has no
     * probe. Applies the {@link Deadline} here and not in {@link ConnectionResource}, because the time of the call to
     * the provider does not count.
     *
     * @return the connection. Fails with {@link ApiException} connection_not_found or connection_not_active, with
     *     invalid_credentials if the credential cannot be sent, and with internal if the credential is lost. Fails with
     *     unavailable if the credential cannot be decrypted at the moment, or if the request takes too long
     */
    public Uni<ConnectionView> run(Caller caller, String id) {
        UUID connection = Parameters.connectionId(id);
        Deadline deadline = Deadline.begin();
        return deadline.limit(connections
                        .findStored(caller.tenant(), connection)
                        .map(found -> found.orElseThrow(Parameters::connectionNotFound))
                        .flatMap(stored -> open(caller, stored).map(opened -> new DecryptedConnection(stored, opened))))
                .flatMap(decrypted -> deadline.excluding(verify.run(
                        caller.tenant(),
                        plans.get(decrypted.stored().version()),
                        OpenedCredential.parse(decrypted.credential()))))
                .flatMap(outcome ->
                        deadline.limit(store(caller, connection, outcome).chain(() -> check.run(caller, id))));
    }

    private record DecryptedConnection(StoredCredential stored, Secret credential) {}

    private Uni<Void> store(Caller caller, UUID connection, VerificationOutcome outcome) {
        return outcome instanceof NotSupported
                ? Uni.createFrom().voidItem()
                : verifications.store(caller, connection, outcome).invoke(webhooks::schedulePoll);
    }

    private Uni<Secret> open(Caller caller, StoredCredential stored) {
        return credentials.open(caller, stored).map(result -> credentials.plaintext(caller, stored, result));
    }
}
