package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestBodyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json                              | true",
                "Application/JSON                              | true",
                "application/json;                             | true",
                "'application/json ; '                         | true",
                "application/json;charset=utf-8                | true",
                "application/json ; Charset=\"UTF-8\" ;        | true",
                "application/json;;                            | false",
                "application/json;;charset=utf-8               | false",
                "application/json; charset = utf-8             | false",
                "application/json;charset=utf-8;charset=utf-8  | false",
                "application/json;charset=utf-8;a=b            | false",
                "application/json;charset='utf-8'              | false",
                "application/json;charset=iso-8859-1           | false",
                "application/json;a=b                          | false",
                "application/jsonp                             | false",
                "application/problem+json                      | false",
                "text/json                                     | false",
                "''                                            | false",
                ";charset=utf-8                                | false"
            })
    void only_the_expected_type_in_UTF_8_is_accepted(String type, boolean accepted) {
        assertThat(RequestBody.isInUtf8(type, "application/json")).isEqualTo(accepted);
    }
}
