package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdFormatTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "0", "9", "a.b_c-D", "8f3a1c2d-5f1e-4c40-9d2b-3a5e6f708192"})
    void letters_digits_and_punctuation_match(String id) {
        assertThat(RequestIdFormat.matches(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "a\n", "ä", "a:b", "@", "[", "`", "{"})
    void other_characters_do_not_match(String id) {
        assertThat(RequestIdFormat.matches(id)).isFalse();
    }

    @Test
    void the_longest_id_has_64_characters() {
        assertThat(RequestIdFormat.matches("a".repeat(64))).isTrue();
        assertThat(RequestIdFormat.matches("a".repeat(65))).isFalse();
    }
}
