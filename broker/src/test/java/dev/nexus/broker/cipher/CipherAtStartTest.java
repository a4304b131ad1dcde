package dev.nexus.broker.cipher;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.cipher.CipherConfig.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CipherAtStartTest {

    private record Settings(Kind kind, Optional<Kind> migrationKind) implements CipherConfig {}

    @Test
    void production_refuses_the_local_keyset_and_names_the_setting() {
        Settings local = new Settings(Kind.LOCAL, Optional.empty());

        assertThatThrownBy(() -> CipherAtStart.refuseUnsafe(local, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.cipher.kind");
    }

    @Test
    void a_migration_to_the_cipher_in_use_is_refused() {
        Settings same = new Settings(Kind.TRANSIT, Optional.of(Kind.TRANSIT));

        assertThatThrownBy(() -> CipherAtStart.refuseUnsafe(same, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("nexus.cipher.migration-kind must differ");
    }
}
