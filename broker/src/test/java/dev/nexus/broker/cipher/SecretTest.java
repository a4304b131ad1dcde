package dev.nexus.broker.cipher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class SecretTest {

    private final byte[] bytes = "canary".getBytes(UTF_8);
    private final Secret secret = Secret.of(bytes);

    @Test
    void a_secret_does_not_copy_its_bytes() {
        assertThat(secret.reveal()).isSameAs(bytes);
    }

    @Test
    void a_secret_is_appended_completely_to_the_output() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("<".getBytes(UTF_8));

        secret.writeTo(out);

        assertThat(out.toString(UTF_8)).isEqualTo("<canary");
    }

    @Test
    void a_secret_does_not_print() {
        assertThat(secret).hasToString("Secret[***]");
        assertThat(secret.hashCode()).isEqualTo(Secret.of(new byte[0]).hashCode());
    }
}
