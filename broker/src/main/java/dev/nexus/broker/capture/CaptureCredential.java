package dev.nexus.broker.capture;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.SealResult;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.http.Deadline;
import dev.nexus.broker.provider.definition.CredentialSchemas;
import dev.nexus.broker.provider.definition.RequestPlan;
import dev.nexus.broker.provider.definition.RequestPlans;
import dev.nexus.broker.verification.CredentialHosts;
import dev.nexus.broker.verification.VerificationOutcome;
import dev.nexus.broker.verification.VerificationOutcome.Rejected;
import dev.nexus.broker.verification.VerificationOutcome.Unknown;
import dev.nexus.broker.verification.VerifyCredential;
import dev.nexus.broker.webhook.delivery.WebhookScheduler;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Captures a credential. Checks the state and its connection, and then the credential: against the schema, the strategy
 * and the rules for hosts. The provider verifies the credential, the cipher encrypts it, and the claim
 * ({@link CaptureStatements}) stores it. A failure leaves the connection as it was, so that a pending connection's
 * state can be used again. No transaction is open during calls to the provider or the cipher.
 */
@ApplicationScoped
public class CaptureCredential {

    private final RedeemState redeem;
    private final CredentialSchemas schemas;
    private final RequestPlans plans;
    private final CredentialHosts hosts;
    private final VerifyCredential verify;
    private final CredentialCipher cipher;
    private final CaptureStatements connections;
    private final WebhookScheduler webhooks;

    CaptureCredential(
            RedeemState redeem,
            CredentialSchemas schemas,
            RequestPlans plans,
            CredentialHosts hosts,
            VerifyCredential verify,
            CredentialCipher cipher,
            CaptureStatements connections,
            WebhookScheduler webhooks) {
        this.redeem = redeem;
        this.schemas = schemas;
        this.plans = plans;
        this.hosts = hosts;
        this.verify = verify;
        this.cipher = cipher;
        this.connections = connections;
        this.webhooks = webhooks;
    }

    /**
     * Captures the credential in a request body. Applies the {@link Deadline} itself, because the time of the call to
     * the provider does not count.
     *
     * @param body {@code {state, credentials}}, the bytes as received
     * @return the activated connection. Fails with {@link ApiException} if the state is refused. Fails with
     *     invalid_credentials if the credential breaks a rule, and with credentials_rejected if the provider rejects
     *     the credential. Fails with verification_unavailable if a required verification has no result. Fails with
     *     unavailable if the database or the cipher does not work, or if the capture takes too long
     * @throws ApiException invalid_request if {@link CaptureForm} refuses the body
     */
    public Uni<CapturedConnection> run(Caller caller, byte[] body) {
        CaptureForm form = CaptureForm.parse(body);
        Deadline deadline = Deadline.begin();
        return deadline.limit(redeem.run(caller, form.state()).call(connection -> check(connection, form)))
                .flatMap(connection -> deadline.excluding(verify(connection, form))
                        .flatMap(outcome -> deadline.limit(applyOutcome(caller, connection, form, outcome)
                                .onFailure(ApiException.class)
                                .invoke(redeem::countRejection)
                                .replaceWith(connection))))
                .map(CapturedConnection::of);
    }

    private Uni<Void> check(PresentedConnection connection, CaptureForm form) {
        return schemas.check(connection.versioned(), form.credentials())
                .invoke(() -> StrategyCompatibility.check(
                        plans.get(connection.version()).strategy(), form.credentials()));
    }

    /** Verifies the credentials at the provider. At the same time, checks the hosts that the credentials name. */
    private Uni<VerificationOutcome> verify(PresentedConnection connection, CaptureForm form) {
        RequestPlan plan = plans.get(connection.version());
        return Uni.combine()
                .all()
                .unis(
                        hosts.check(connection.tenant(), plan.hosts(), form.credentials()),
                        verify.run(connection.tenant(), plan, form.credentials()))
                .with((checked, outcome) -> outcome);
    }

    private Uni<Void> applyOutcome(
            Caller caller, PresentedConnection connection, CaptureForm form, VerificationOutcome outcome) {
        if (outcome instanceof Rejected) {
            return connections
                    .recordRejection(caller, connection)
                    .invoke(webhooks::schedulePoll)
                    .map(recorded -> {
                        throw new ApiException(
                                ErrorCode.CREDENTIALS_REJECTED,
                                "The provider rejected these credentials. The state is still valid:"
                                        + " submit different ones");
                    });
        }
        if (outcome instanceof Unknown unknown
                && plans.get(connection.version()).refusesWhenUnknown()) {
            throw new ApiException(
                    ErrorCode.VERIFICATION_UNAVAILABLE,
                    "The credentials could not be verified ("
                            + unknown.reason().wire()
                            + "). Nothing was stored and the state is still valid: submit the credentials again later");
        }
        return seal(connection, form.rawCredentials())
                .flatMap(ciphertext -> connections.claim(caller, connection, ciphertext, outcome))
                .invoke(webhooks::schedulePoll);
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
                "The credential cannot be encrypted at the moment. Nothing was stored and the state is still valid:"
                        + " submit the credential again later");
    }
}
