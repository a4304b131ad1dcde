package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URISyntaxException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link RequestUri} accepts exactly the texts that {@link URI} can parse. */
class RequestUriTest {

    @Property
    void result_for_each_character_equals_that_of_the_parser(
            @ForAll @CharRange(from = '\0', to = '\u00ff') @StringLength(max = 6) String end) {
        for (String start : new String[] {"", "/", "//", "/v1/", "/a?b=", "/%4"}) {
            assertThat(RequestUri.isValid(start + end)).as(start + end).isEqualTo(parses(start + end));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "/",
                "/v1/token/8f3a1c2d-0000-4000-8000-000000000000",
                "/a?b=c&d=%20?/",
                "/a;b=c/d:e@f",
                "/a?b=[1]",
                "//host/path",
                "//a:b:c",
                "http://a.example/v1",
                "a.example:443",
                "/a#b",
                "/%",
                "/%4",
                "/%zz",
                "/a%4",
                "/a|b",
                "/a b",
                "/{a}",
                "/a\\b",
                "/a\u00e9"
            })
    void result_for_each_form_equals_that_of_the_parser(String uri) {
        assertThat(RequestUri.isValid(uri)).isEqualTo(parses(uri));
    }

    private static boolean parses(String uri) {
        try {
            new URI(uri);
            return true;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }
}
