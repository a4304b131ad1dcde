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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CheckedTransitTest {

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
        return VaultUnavailableException.of(
                new VaultClientException("Capabilities Self", "sys/capabilities-self", status, "", null));
    }

    private void encrypt() {
        checked.encrypt("nexus", List.of()).await().indefinitely();
    }

    @Test
    void each_call_checks_first_until_a_check_has_succeeded() {
        failure = answered(503);
        assertThatThrownBy(this::encrypt).isSameAs(failure);
        assertThatThrownBy(() -> checked.decrypt("nexus", List.of()).await().indefinitely())
                .isSameAs(failure);
        assertThatThrownBy(() -> checked.key("nexus").await().indefinitely()).isSameAs(failure);
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
    void a_vault_that_does_not_answer_is_not_reached() {
        failure = new VaultUnavailableException("AnnotatedConnectException");

        assertThatThrownBy(this::encrypt).isSameAs(failure);

        assertThat(checked.isReached()).isFalse();
    }
}
