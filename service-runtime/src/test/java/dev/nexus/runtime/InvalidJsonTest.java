package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.nexus.contracts.ErrorCode;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvalidJsonTest {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(2).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "canary|The request body is not valid JSON at line 1, column 1",
                "{\"canary\":1,\"canary\":2}|The request body has a duplicate member in an object at line 1, column 21",
                "[[[\"canary\"]]]|The request body is nested too deeply or has a value that is too long"
            })
    void the_error_names_the_rule_and_the_place_and_quotes_nothing(String body, String message) throws IOException {
        ApiException refused = refuse(body);

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.getMessage()).isEqualTo(message).doesNotContain("canary");
    }

    private static ApiException refuse(String body) throws IOException {
        try (JsonParser json = JSON.createParser(body)) {
            while (json.nextToken() != null) {
                json.currentToken();
            }
            throw new AssertionError("accepted");
        } catch (JsonProcessingException failure) {
            return InvalidJson.of(failure);
        }
    }
}
