package dev.nexus.gateway.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.testsupport.Promise;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresentedKeyTest {

    @Test
    @Promise(18)
    void minted_key_has_the_documented_form_and_can_be_parsed() {
        for (int i = 0; i < 1_000; i++) {
            PresentedKey key = PresentedKey.mint(new SecureRandom());

            assertThat(key.reveal()).matches("nxs_[0-9A-Za-z]{12}_[A-Za-z0-9_-]{43}_[0-9a-f]{8}");
            assertThat(PresentedKey.parse(key.reveal())).hasValueSatisfying(read -> {
                assertThat(read.id()).isEqualTo(key.id());
                assertThat(read.sha256()).isEqualTo(key.sha256());
            });
        }
    }

    @Test
    void changed_character_invalidates_the_checksum() {
        String key = PresentedKey.mint(new SecureRandom()).reveal();

        for (int at = 0; at < key.length(); at++) {
            char other = key.charAt(at) == 'a' ? 'b' : 'a';
            assertThat(PresentedKey.parse(key.substring(0, at) + other + key.substring(at + 1)))
                    .as("character " + at)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nxs_", "x", "nxs_AAAAAAAAAAAA_A_00000000", "Bearer nxs_a"})
    void other_form_is_rejected(String text) {
        assertThat(PresentedKey.parse(text)).isEmpty();
    }

    @Test
    void to_string_hides_the_key() {
        PresentedKey key = PresentedKey.mint(new SecureRandom());

        assertThat(key.toString()).doesNotContain(key.reveal()).isEqualTo("PresentedKey[" + key.id() + "]");
    }
}
