package dev.nexus.broker.cipher.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.testsupport.Promise;
import io.quarkus.vault.client.VaultClientException;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckedTransitTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<String> calls = new ArrayList<>();
    private final List<IllegalStateException> unsafe = new ArrayList<>();
    private @Nullable RuntimeException failure;
    private final CheckedTransit checked = new CheckedTransit(new Engine(), this::check, unsafe::add);

    private Uni<Void> check() {
        calls.add("check");
        return failure == null ? Uni.createFrom().voidItem() : Uni.createFrom().failure(failure);
    }

    private final class Engine implements TransitEngine {

        @Override
        public Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
                String key, List<VaultSecretsTransitEncryptBatchItem> items) {
            calls.add("encrypt");
            return Uni.createFrom().item(List.of());
        }

        @Override
        public Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
                String key, List<VaultSecretsTransitDecryptBatchItem> items) {
            calls.add("decrypt");
            return Uni.createFrom().item(List.of());
        }

        @Override
        public Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name) {
            calls.add("key");
            return Uni.createFrom().item(Optional.empty());
        }
    }

    private static VaultUnavailableException answered(int status) {
        return answered(status, "{\"errors\":[\"Vault is sealed\"]}");
    }

    private static VaultUnavailableException answered(int status, String body) {
        return VaultUnavailableException.of(
                new VaultClientException("Capabilities Self", "sys/capabilities-self", status, body, null));
    }

    private void encrypt() {
        checked.encrypt("nexus", List.of()).await().atMost(PATIENCE);
    }

    @Test
    void each_call_checks_first_until_a_check_has_succeeded() {
        failure = answered(503);
        assertThatThrownBy(this::encrypt).isSameAs(failure);
        assertThatThrownBy(() -> checked.decrypt("nexus", List.of()).await().atMost(PATIENCE))
                .isSameAs(failure);
        assertThatThrownBy(() -> checked.key("nexus").await().atMost(PATIENCE)).isSameAs(failure);
        failure = null;

        encrypt();
        encrypt();

        assertThat(calls).containsExactly("check", "check", "check", "check", "encrypt", "encrypt");
        assertThat(checked.isSafe()).isTrue();
    }

    @Test
    @Promise(29)
    void an_unsafe_key_is_never_used() {
        failure = new IllegalStateException("the key is not derived");

        assertThatThrownBy(this::encrypt).isInstanceOf(VaultUnavailableException.class);

        assertThat(calls).containsExactly("check");
        assertThat(unsafe).hasSize(1);
    }

    @Test
    void a_sealed_vault_is_reached_and_a_vault_that_refuses_the_login_is_not() {
        assertThat(checked.isReached()).isFalse();

        failure = answered(503);
        assertThatThrownBy(this::encrypt).isSameAs(failure);
        assertThat(checked.isReached()).isTrue();
        failure = answered(403);
        assertThatThrownBy(this::encrypt).isSameAs(failure);

        assertThat(checked.isReached()).isFalse();
        assertThat(checked.isSafe()).isFalse();
    }

    @Test
    void an_outage_of_a_sealed_vault_does_not_make_it_unreached() {
        failure = answered(503);
        assertThatThrownBy(this::encrypt).isSameAs(failure);
        failure = new VaultUnavailableException("AnnotatedConnectException");

        assertThatThrownBy(this::encrypt).isSameAs(failure);

        assertThat(checked.isReached()).isTrue();
        assertThat(checked.isSafe()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void a_server_error_of_a_load_balancer_does_not_reach_vault(int status) {
        for (String body :
                List.of("", "<html>Service Unavailable</html>", "{\"error\":\"no backend\"}", "{\"errors\":1}")) {
            failure = answered(status, body);

            assertThatThrownBy(this::encrypt).isSameAs(failure);

            assertThat(checked.isReached()).as(body).isFalse();
        }
    }

    @Test
    void the_listed_errors_of_a_client_exception_are_an_answer_of_vault() {
        failure = VaultUnavailableException.of(new VaultClientException(
                "Capabilities Self", "sys/capabilities-self", 503, List.of("Vault is sealed"), null));

        assertThatThrownBy(this::encrypt).isSameAs(failure);

        assertThat(checked.isReached()).isTrue();
    }

    @Test
    void a_late_failure_does_not_replace_a_successful_check() {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        CompletableFuture<Void> fast = new CompletableFuture<>();
        Iterator<CompletableFuture<Void>> checks = List.of(slow, fast).iterator();
        CheckedTransit concurrent =
                new CheckedTransit(new Engine(), () -> Uni.createFrom().completionStage(checks.next()), unsafe::add);
        List<Throwable> failures = new ArrayList<>();
        concurrent.check().subscribe().with(ignored -> {}, failures::add);
        concurrent.check().subscribe().with(ignored -> {}, failures::add);
        fast.complete(null);

        slow.completeExceptionally(answered(403));

        assertThat(failures).hasSize(1);
        assertThat(concurrent.isSafe()).isTrue();
    }

    @Test
    void a_vault_that_does_not_answer_is_not_reached() {
        failure = new VaultUnavailableException("AnnotatedConnectException");

        assertThatThrownBy(this::encrypt).isSameAs(failure);

        assertThat(checked.isReached()).isFalse();
    }
}
