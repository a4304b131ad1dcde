package dev.nexus.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00, 0x1B, 0x7F, 0x85, 0xAD, 0x061C, 0x200B, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E,
                0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF, 0xD800, 0xE0041
            })
    void control_and_invisible_characters_are_removed(int character) {
        assertThat(PlainText.of("a" + Character.toString(character) + "b", 10)).isIn("ab", "a b");
    }

    @Test
    void letters_of_all_scripts_and_their_joiners_are_kept() {
        String text = "Ada é עברית 日本語 👩\u200D💻";

        assertThat(PlainText.of(text, 100)).isEqualTo(text);
    }

    @Test
    void white_space_is_collapsed_and_a_long_text_ends_with_an_ellipsis() {
        assertThat(PlainText.of(" a\n\t b\u00A0c ", 10)).isEqualTo("a b c");
        assertThat(PlainText.of("🔑".repeat(11), 10)).isEqualTo("🔑".repeat(10) + "…");
    }

    @Test
    void only_the_beginning_of_a_long_text_is_examined() {
        String hidden = "\u200B";

        assertThat(PlainText.of(hidden.repeat(30) + "key", 10)).isEqualTo("key");
        assertThat(PlainText.of(hidden.repeat(39) + "key", 10)).isEqualTo("k…");
        assertThat(PlainText.of("key" + hidden.repeat(37) + "s", 10)).isEqualTo("key…");
        assertThat(PlainText.of(hidden.repeat(40) + "key", 10)).isEmpty();
        assertThat(PlainText.of(" ".repeat(40) + "key", 10)).isEmpty();
    }

    @Test
    void surrogate_pairs_are_not_split_by_truncation() {
        assertThat(PlainText.of("\u200B".repeat(37) + "a🔑🔑", 10)).isEqualTo("a🔑…");
        assertThat(PlainText.of("\u200B".repeat(38) + "a🔑🔑", 10)).isEqualTo("a…");
    }

    @Property
    void result_has_no_control_character_and_respects_the_length(
            @ForAll @StringLength(max = 300) String text, @ForAll @IntRange(min = 1, max = 50) int most) {
        String plain = PlainText.of(text, most);

        assertThat(plain.codePoints()).noneMatch(Character::isISOControl);
        assertThat(plain.codePointCount(0, plain.length())).isLessThanOrEqualTo(most + 1);
    }
}
