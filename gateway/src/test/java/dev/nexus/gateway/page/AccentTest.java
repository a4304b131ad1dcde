package dev.nexus.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nexus.gateway.page.Branding.Brand.Accent;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccentTest {

    /** Contrast ratios as other WCAG calculators return them. */
    @ParameterizedTest
    @CsvSource({"#000000, #ffffff, 21", "#ffffff, #000000, 21", "#777777, #000000, 4.69", "#1d4ed8, #ffffff, 6.70"})
    void text_colour_is_the_better_of_black_and_white(String colour, String text, double contrast) {
        Accent accent = new Accent(colour);

        assertThat(accent.textColour()).isEqualTo(text);
        assertThat(accent.contrast()).isCloseTo(contrast, within(0.01));
    }

    @Property
    void text_on_any_colour_meets_AA(@ForAll @IntRange(max = 0xFFFFFF) int rgb) {
        assertThat(new Accent("#%06x".formatted(rgb)).contrast()).isGreaterThan(4.5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "red", "#fff", "#12345g", "#123456;}body{display:none"})
    void value_other_than_a_colour_is_rejected(String text) {
        assertThatThrownBy(() -> new Accent(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void default_colour_meets_AA() {
        assertThat(Accent.DEFAULT.contrast()).isGreaterThan(4.5);
    }
}
