package dev.nexus.broker.cipher.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.broker.testing.BrokerTestResource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.junit.jupiter.api.Test;

/**
 * The circuit breakers: each key has its own, so that the broken key of one tenant does not stop the others. Runs in
 * Quarkus, which provides the circuit breakers.
 */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class VaultCallsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String COMMON = "nexus";
    private static final String BROKEN = "nexus-tenant-broken-key";
    private static final String OTHER = "nexus-tenant-other-key";

    private final Engine engine = new Engine();
    private final VaultCalls calls = new VaultCalls(engine, COMMON, new SimpleMeterRegistry());

    /** Answers each call, except those with a broken key. */
    private static final class Engine implements TransitEngine {

        private final Set<String> broken = ConcurrentHashMap.newKeySet();
        private final AtomicInteger received = new AtomicInteger();

        private <T> Uni<T> answer(String key, T answer) {
            received.incrementAndGet();
            return broken.contains(key)
                    ? Uni.createFrom().failure(new VaultUnavailableException("status 500"))
                    : Uni.createFrom().item(answer);
        }

        @Override
        public Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
                String key, List<VaultSecretsTransitEncryptBatchItem> items) {
            return answer(key, List.of(new VaultSecretsTransitEncryptResultBatchItem().setCiphertext("vault:v1:AA==")));
        }

        @Override
        public Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
                String key, List<VaultSecretsTransitDecryptBatchItem> items) {
            return answer(
                    key,
                    List.of(new VaultSecretsTransitDecryptResultBatchItem().setPlaintext("secret".getBytes(UTF_8))));
        }

        @Override
        public Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name) {
            return answer(name, Optional.empty());
        }
    }

    private Object encrypt(String key) {
        return calls.encrypt(key, List.of(new VaultSecretsTransitEncryptBatchItem()))
                .await()
                .indefinitely();
    }

    private void breakKey(String key) {
        engine.broken.add(key);
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> encrypt(key)).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void the_broken_key_of_a_tenant_does_not_stop_the_calls_with_other_keys() {
        breakKey(BROKEN);

        assertThat(encrypt(OTHER)).isNotNull();
        assertThat(calls.decrypt(OTHER, List.of(new VaultSecretsTransitDecryptBatchItem()))
                        .await()
                        .indefinitely())
                .isNotNull();
        assertThat(calls.key(OTHER).await().atMost(PATIENCE)).isEmpty();
        assertThat(encrypt(COMMON)).isNotNull();
    }

    @Test
    void calls_with_a_broken_key_fail_without_a_call_to_Vault() {
        breakKey(BROKEN);
        int before = engine.received.get();

        assertThatThrownBy(() -> encrypt(BROKEN)).isInstanceOf(CircuitBreakerOpenException.class);
        assertThatThrownBy(() -> calls.key(BROKEN).await().atMost(PATIENCE))
                .isInstanceOf(CircuitBreakerOpenException.class);

        assertThat(engine.received).hasValue(before);
    }

    @Test
    void a_key_that_works_again_is_used_again() {
        breakKey(BROKEN);
        engine.broken.clear();

        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(encrypt(BROKEN)).isNotNull());
    }

    @Test
    void Vault_is_degraded_while_no_call_succeeds() {
        breakKey(BROKEN);
        breakKey(OTHER);
        assertThat(calls.isDegraded()).as("no key works").isTrue();

        encrypt(COMMON);
        assertThat(calls.isDegraded()).as("another key works").isFalse();
    }

    @Test
    void Vault_is_degraded_while_the_common_key_fails() {
        breakKey(COMMON);

        encrypt(OTHER);

        assertThat(calls.isDegraded()).isTrue();
        engine.broken.clear();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(encrypt(COMMON)).isNotNull());
        assertThat(calls.isDegraded()).isFalse();
    }

    @Test
    void Vault_is_not_degraded_while_a_broken_key_is_retried() {
        breakKey(BROKEN);
        encrypt(OTHER);
        int before = engine.received.get();

        await().untilAsserted(() -> {
            assertThatThrownBy(() -> encrypt(BROKEN)).isInstanceOf(RuntimeException.class);
            assertThat(engine.received).as("the retry").hasValueGreaterThan(before);
        });

        assertThat(calls.isDegraded()).isFalse();
    }
}
