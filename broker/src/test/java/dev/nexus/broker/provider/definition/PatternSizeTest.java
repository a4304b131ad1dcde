package dev.nexus.broker.provider.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.nexus.testsupport.Promise;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternSizeTest {

    /**
     * The property tests compile only patterns with a smaller estimate, because a larger pattern could exhaust the
     * heap.
     */
    private static final long MAX_COMPILED = 200_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){10}",
                "(a{1000}){1000}",
                "(?:a{1000}b{1000}){2}",
                "((((a{9}){9}){9}){9}){9}",
                "(a|b{500}){20}?",
                "(\\Q{a}\\E{999}){9}",
                "[!-[:]((a{1000}){1000}){10}",
                "[!-[:]((a{1000}){1000}){10}[:]",
                "[[:x:]((a{1000}){1000}){10}",
                "[a-\\77--[:]((a{1000}){1000}){10}[:]",
                "((a{1000}){1000}){1000}(((a{1000}){1000}){1000}){0}",
                "({0000000001}){1000}",
                "(?i)[\\x{1}-\\x{10FFFF}][\\pL][\\pL][\\pL][\\pL][\\pL][\\pL][\\pL]",
            })
    @Promise(23)
    void an_expanding_pattern_is_estimated_above_the_limit_without_compilation(String pattern) {
        assertThat(PatternSize.of(pattern)).isGreaterThan(SchemaCost.MAX_PATTERN_SIZE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$ 400",
                "(?i)^[a-f0-9-]{36}$ 200",
                "^[!-~]{1,1000}$ 3200",
                "^(sk|rk)_[!-9;-~]+$ 100",
                "^\\pL{1,100}$ 600",
            })
    void a_common_pattern_is_estimated_below_the_limit(String pattern, long most) {
        assertThat(PatternSize.of(pattern))
                .isBetween((long) Pattern.compile(pattern).programSize(), most);
    }

    @Property(tries = 2_000)
    void the_program_is_never_larger_than_the_estimate(@ForAll("patterns") String pattern) {
        long estimate = PatternSize.of(pattern);

        if (estimate < MAX_COMPILED) {
            assertThat(programSize(pattern)).as(pattern).isLessThanOrEqualTo(estimate);
        }
    }

    @Property(tries = 5_000)
    void the_program_of_a_random_text_is_never_larger_than_the_estimate(@ForAll("syntax") String pattern) {
        long estimate = PatternSize.of(pattern);

        if (estimate <= SchemaCost.MAX_PATTERN_SIZE) {
            assertThat(programSize(pattern)).as(pattern).isLessThanOrEqualTo(estimate);
        }
    }

    /**
     * Often puts a repetition after a character class. {@link PatternSize} counts this repetition only if it ends the
     * class at the same character as RE2/J.
     */
    @Provide
    Arbitrary<String> syntax() {
        Arbitrary<String> text =
                Arbitraries.strings().withChars("[](){}:-^\\a10,!|*+?").ofMaxLength(12);
        Arbitrary<String> start = Arbitraries.of("", "[", "[^", "[!-", "[[:alpha:]");
        Arbitrary<String> end = Arbitraries.of("", "]", "](a{99}){99}", "](a{99}){99}]", "](a{99}){99}[:]");
        return Combinators.combine(start, text, end).as((before, middle, after) -> before + middle + after);
    }

    /** The size of the compiled program, or 0 if RE2/J refuses the pattern. */
    private static long programSize(String pattern) {
        try {
            return Pattern.compile(pattern).programSize();
        } catch (PatternSyntaxException refused) {
            return 0;
        }
    }

    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<String> piece = Arbitraries.of(
                "a",
                "b",
                "é",
                "\ud83d\ude00",
                ".",
                "^",
                "$",
                "|",
                "(",
                ")",
                "(?:",
                "(?i)",
                "(?i:",
                "(?P<n>",
                "[a-z]",
                "[^]a]",
                "[[:alpha:]_-]",
                "[\\pL\\d]",
                "\\d",
                "\\pN",
                "\\p{Greek}",
                "\\PL",
                "\\b",
                "\\x{10}",
                "\\x41",
                "\\Q{2}\\E",
                "\\{",
                "*",
                "+",
                "?",
                "*?",
                "{2}",
                "{0}",
                "{0,3}",
                "{2,}",
                "{3,5}?",
                "{9}",
                "{20}",
                "{,3}",
                "{",
                "}",
                "{2,1}",
                "]");
        return piece.list().ofMaxSize(24).map(pieces -> String.join("", pieces));
    }
}
