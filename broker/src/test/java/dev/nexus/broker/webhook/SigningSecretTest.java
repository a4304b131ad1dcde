package dev.nexus.broker.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.cipher.Secret;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SigningSecretTest {

    @Test
    void the_example_of_the_specification_has_the_expected_signature() {
        SigningSecret secret =
                new SigningSecret(Secret.of(Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")));

        String signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330L, "{\"test\": 2432232314}");

        assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assertThat(secret.reveal()).isEqualTo("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    @Test
    void a_new_secret_has_the_specified_length_and_does_not_print() {
        SigningSecret secret = SigningSecret.generate(new SecureRandom());

        assertThat(Base64.getDecoder().decode(secret.reveal().substring("whsec_".length())))
                .hasSize(32);
        assertThat(secret.toString()).isEqualTo("SigningSecret[***]");
        assertThat(SigningSecret.generate(new SecureRandom())).isNotEqualTo(secret);
    }
}
