package dev.nexus.broker.cipher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CipherBinding.WebhookSecretBinding;
import java.util.Arrays;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BindingBytesTest {

    @Property
    void different_bindings_have_different_bytes(
            @ForAll String tenant, @ForAll String otherTenant, @ForAll long connection, @ForAll long provider) {
        CipherBinding one = new CredentialBinding(tenant, new UUID(0, connection), new UUID(0, provider));
        CipherBinding other = new CredentialBinding(otherTenant, new UUID(0, provider), new UUID(0, connection));

        // Compares the UTF-8 bytes of the texts: UTF-8 encodes all unpaired surrogates as the same replacement.
        boolean same = new String(tenant.getBytes(UTF_8), UTF_8).equals(new String(otherTenant.getBytes(UTF_8), UTF_8))
                && connection == provider;
        assertThat(Arrays.equals(BindingBytes.of(one), BindingBytes.of(other))).isEqualTo(same);
    }

    @Property
    void a_webhook_secret_never_has_the_bytes_of_a_credential(
            @ForAll String tenant, @ForAll long endpoint, @ForAll long secret) {
        UUID one = new UUID(0, endpoint);
        UUID other = new UUID(0, secret);

        assertThat(BindingBytes.of(new WebhookSecretBinding(tenant, one, other)))
                .isNotEqualTo(BindingBytes.of(new CredentialBinding(tenant, one, other)));
    }

    @Property
    void a_state_key_never_has_the_bytes_of_a_credential(@ForAll String kid, @ForAll String tenant) {
        assertThat(BindingBytes.of(new StateKeyBinding(kid)))
                .isNotEqualTo(BindingBytes.of(new CredentialBinding(tenant, new UUID(0, 0), new UUID(0, 0))));
    }
}
