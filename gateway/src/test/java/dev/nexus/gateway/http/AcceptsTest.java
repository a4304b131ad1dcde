package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "absent",
            value = {
                "absent                                                                   | false | true",
                "''                                                                       | false | true",
                "*/*                                                                      | false | true",
                "application/json                                                         | false | true",
                "application/*                                                            | false | true",
                "application/json;charset=utf-8                                           | false | true",
                "application/json, text/html                                              | false | true",
                "text/html                                                                | true  | false",
                "Text/HTML ; Q=0.5                                                        | true  | false",
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8 | true | true",
                "text/html;q=0.5, application/json;q=0.6                                  | false | true",
                "text/html, application/json;q=0.9                                        | true  | true",
                "text/*;q=0.1, application/json                                           | false | true",
                "text/*, */*;q=0.1                                                        | true  | true",
                "text/html;q=0, */*                                                       | false | true",
                "*/*, application/json;q=0                                                | true  | false",
                "application/json;q=0.000                                                 | false | false",
                "image/png                                                                | false | false",
                "nonsense, //, ;q=1, application/json                                     | false | true",
                "nonsense                                                                 | false | false",
            })
    void the_most_specific_range_decides(@Nullable String accept, boolean prefersHtml, boolean json) {
        assertThat(Accepts.prefersHtml(accept)).isEqualTo(prefersHtml);
        assertThat(Accepts.json(accept)).isEqualTo(json);
    }

    /** A regular expression would need a quarter of a second for 16 KB of spaces. */
    @Test
    void overlong_header_is_treated_like_a_wildcard() {
        String accept = "text/html" + " ".repeat(1_000) + "x";

        assertThat(Accepts.prefersHtml(accept)).isFalse();
        assertThat(Accepts.json(accept)).isTrue();
    }
}
