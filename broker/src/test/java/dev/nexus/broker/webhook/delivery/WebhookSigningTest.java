package dev.nexus.broker.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.cipher.CipherBinding;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.UnreadableValues;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.RotateWebhookSecret;
import dev.nexus.broker.webhook.RotationRequests;
import dev.nexus.broker.webhook.SigningSecrets;
import dev.nexus.broker.webhook.delivery.Receiver.Received;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The secrets that sign a delivery during rotations and while the cipher is unavailable. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(WebhookDeliveryTestSupport.Profile.class)
class WebhookSigningTest extends WebhookDeliveryTestSupport {

    @Inject
    RotateWebhookSecret rotate;

    @Inject
    UnreadableValues unreadable;

    @Test
    void the_secret_that_the_receiver_knows_signs_until_it_expires_despite_further_rotations() {
        String first = webhook.putUrl(receiver.url(tenant, "200"));

        String second = webhook.secret(Flow.await(rotate.run(caller, RotationRequests.plain())));
        flow.connect(caller, workspace, CREDENTIAL);
        Received afterFirstRotation = webhook.awaitReceived(1).get(0);
        assertThat(afterFirstRotation.isSignedBy(first)).isTrue();
        assertThat(afterFirstRotation.isSignedBy(second)).isTrue();
        assertThat(afterFirstRotation.header("webhook-signature").split(" ", -1))
                .hasSize(2);
        assertThat(webhook.shown().path("secrets")).hasSize(2);
        assertThat(webhook.shown().path("secrets").get(0).has("valid_until")).isFalse();
        assertThat(webhook.shown().path("secrets").get(1).path("valid_until").asText())
                .isNotEmpty();

        String third = webhook.secret(Flow.await(rotate.run(caller, RotationRequests.plain())));
        flow.connect(caller, "second", CREDENTIAL);
        Received afterSecondRotation = webhook.awaitReceived(2).get(1);
        assertThat(List.of(
                        afterSecondRotation.isSignedBy(first),
                        afterSecondRotation.isSignedBy(second),
                        afterSecondRotation.isSignedBy(third)))
                .containsExactly(true, true, true);

        String fourth = webhook.secret(Flow.await(rotate.run(caller, RotationRequests.plain())));
        flow.connect(caller, "third", CREDENTIAL);
        Received afterThirdRotation = webhook.awaitReceived(3).get(2);
        assertThat(List.of(
                        afterThirdRotation.isSignedBy(first),
                        afterThirdRotation.isSignedBy(second),
                        afterThirdRotation.isSignedBy(third),
                        afterThirdRotation.isSignedBy(fourth)))
                .containsExactly(true, false, true, true);

        flow.sql("update webhook_secret set valid_until = now() where tenant = $1 and valid_until is not null", tenant);
        flow.connect(caller, "fourth", CREDENTIAL);
        Received afterExpiry = webhook.awaitReceived(4).get(3);
        assertThat(List.of(
                        afterExpiry.isSignedBy(first), afterExpiry.isSignedBy(third), afterExpiry.isSignedBy(fourth)))
                .containsExactly(false, false, true);
        assertThat(webhook.audited("webhook.secret_rotated", "success")).isEqualTo(3);
    }

    @Test
    void a_revoked_secret_stops_signing_immediately() {
        String leaked = webhook.putUrl(receiver.url(tenant, "200"));

        String next = webhook.secret(Flow.await(rotate.run(caller, RotationRequests.revoking())));
        flow.connect(caller, workspace, CREDENTIAL);

        Received received = webhook.awaitReceived(1).get(0);
        assertThat(received.isSignedBy(leaked)).isFalse();
        assertThat(received.isSignedBy(next)).isTrue();
        assertThat(webhook.shown().path("secrets")).hasSize(1);
    }

    @Test
    void a_secret_copied_to_another_endpoint_signs_nothing() {
        Caller otherCaller = new Caller("other-" + tenant, "k", "r");
        webhook.putUrl(receiver.url(tenant, "200"));
        Flow.await(put.run(otherCaller, NONE, TenantWebhook.body(receiver.url(otherCaller.tenant(), "200"))));

        flow.sql(
                "update webhook_secret t set sealed = v.sealed from webhook_secret v where t.tenant = $1 and v.tenant = $2",
                otherCaller.tenant(),
                tenant);
        flow.connect(otherCaller, workspace, CREDENTIAL);

        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> flow.count(
                                "select count(*) from webhook_event where tenant = $1 and status = 'failed'"
                                        + " and last_outcome = 'unsigned'",
                                otherCaller.tenant())
                        == 1);
        assertThat(receiver.received(otherCaller.tenant())).isEmpty();
    }

    private static final class UnavailableCipher implements CredentialCipher {

        @Override
        public boolean knows(String cipher) {
            return true;
        }

        @Override
        public Uni<List<SealResult>> seal(List<ToSeal> items) {
            return Uni.createFrom()
                    .item(Collections.<SealResult>nCopies(
                            items.size(), new SealResult.Failed(CipherFailure.UNAVAILABLE)));
        }

        @Override
        public Uni<List<OpenResult>> open(List<ToOpen> items) {
            return Uni.createFrom()
                    .item(Collections.<OpenResult>nCopies(
                            items.size(), new OpenResult.Failed(CipherFailure.UNAVAILABLE)));
        }

        @Override
        public Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion) {
            return Uni.createFrom().item(true);
        }
    }

    @Test
    void events_wait_without_an_attempt_while_the_cipher_is_unavailable() {
        webhook.putUrl(receiver.url(tenant, "200"));
        UUID id = insertWaitingEvent();
        DeliveryBatch batch = new DeliveryBatch(
                tenant,
                endpoint(),
                Optional.of(new DeliveryBatch.Target(receiver.url(tenant, "200"), 1)),
                List.of(Deliveries.claimed(id)));

        Flow.await(
                batches(new SigningSecrets(new UnavailableCipher(), unreadable)).deliver(batch));

        assertThat(flow.count(
                        "select count(*) from webhook_event where tenant = $1 and attempts = 0 and status = 'pending'"
                                + " and next_attempt_at < now() + interval '10 seconds'",
                        tenant))
                .isEqualTo(1);
        assertThat(receiver.received(tenant)).isEmpty();
        webhook.awaitEvents("delivered", 1);
    }
}
