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
 * Captures a credential. Checks the state and its connection, and then the credential: against the schema and the
 * strategy. Then checks the hosts that the credential names. At the same time, the provider verifies the credential.
 * The provider can therefore receive a credential that the check of the hosts refuses. The cipher encrypts the
 * credential, and {@link CaptureStatements#claim} stores it and makes the connection active. No transaction is open
 * during calls to the provider or the cipher.
 *
 * <p>A failure before the claim does not change the connection. While the connection is pending, the same state token
 * can be used again. The claim is one transaction. A time-out does not stop a claim that has begun: the caller gets the
 * error unavailable, but the transaction can still commit. A failure of the database connection during the commit also
 * leaves the outcome unknown. In both cases the connection can be active. check-connection shows whether it is, but
 * shows pending while the transaction is still running. Another capture with the same state is safe, because only one
 * claim of a connection can commit.
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
     * Captures the credential in a request body, and returns the activated connection. Applies the {@link Deadline}
     * here, because the time of the host lookups and of the call to the provider does not count.
     * {@link CaptureCredentialEndpoint#appliesDeadline} therefore returns true.
     *
     * <p>The Uni fails with these errors of {@link ApiException}:
     *
     * <ul>
     *   <li>invalid_state, state_used, state_expired or connection_not_active if the state is refused, at the start or
     *       by the last step
     *   <li>invalid_credentials if the credential breaks a rule of the schema, the strategy or the hosts
     *   <li>credentials_rejected if the provider rejects the credential
     *   <li>verification_unavailable if a required verification has no result
     *   <li>unavailable if the cipher does not work at the moment, if the schema checks are overloaded, or if the
     *       capture takes too long
     * </ul>
     *
     * <p>Any other exception, for example of the database, becomes the error unavailable or internal.
     *
     * @param body {@code {state, credentials}}, the bytes as received
     * @throws ApiException invalid_request, immediately, if {@link CaptureForm} refuses the body
     */
    public Uni<CapturedConnection> run(Caller caller, byte[] body) {
        CaptureForm form = CaptureForm.parse(body);
        Deadline deadline = Deadline.begin();
        // The last step refuses the state if the connection is no longer pending. RedeemState counts this refusal.
        return deadline.limit(redeem.run(caller, form.state()).call(connection -> check(connection, form)))
                .flatMap(connection -> deadline.excluding(verify(connection, form))
                        .flatMap(outcome -> deadline.limit(applyOutcome(caller, connection, form, outcome)
                                .onFailure(ApiException.class)
                                .invoke(redeem::countRefusedState)
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
                                        + " submit different credentials");
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
