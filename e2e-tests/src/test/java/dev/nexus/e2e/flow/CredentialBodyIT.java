package dev.nexus.e2e.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.PreviousRelease;
import dev.nexus.testsupport.Promise;
import io.restassured.response.Response;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The accepted and rejected bodies of a capture, and the content of each error. */
@ExtendWith(NexusExtension.class)
public class CredentialBodyIT {

    private final Backend acme = NexusExtension.acme();

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "missing              | 422 | {}",
                "an unknown field     | 422 | {\"key\":\"CANARY\"}",
                "an additional field  | 422 | {\"api_key\":\"CANARY\",\"more\":\"CANARY\"}",
                "empty                | 422 | {\"api_key\":\"\"}",
                "blank                | 422 | {\"api_key\":\" \\t\"}",
                "a number             | 422 | {\"api_key\":12345678901234567890}",
                "null                 | 422 | {\"api_key\":null}",
                "an array             | 422 | {\"api_key\":[\"CANARY\"]}",
                "nested               | 422 | {\"api_key\":{\"api_key\":\"CANARY\"}}",
                "a huge exponent      | 422 | {\"api_key\":1E+999999999}",
                "credentials null     | 400 | null",
                "credentials an array | 400 | [\"CANARY\"]",
                "credentials a string | 400 | \"CANARY\"",
                "malformed            | 400 | {\"api_key\":\"CANARY\"",
                "a trailing comma     | 400 | {\"api_key\":\"CANARY\",}",
                "single quotes        | 400 | {'api_key':'CANARY'}",
                "a comment            | 400 | {/*CANARY*/\"api_key\":\"CANARY\"}",
                "NaN                  | 400 | {\"api_key\":NaN}",
                "a duplicate field    | 400 | {\"api_key\":\"CANARY\",\"api_key\":\"CANARY\"}",
                "a nested duplicate   | 400 | {\"api_key\":{\"a\":1,\"a\":2}}",
                "an invalid escape    | 400 | {\"api_key\":\"\\q\"}",
            })
    @Promise({23, 28})
    void error_for_an_invalid_body_omits_its_values_and_the_state_stays_valid(
            String name, int status, String credentials) {
        Begun begun = acme.begin(Backend.workspace());

        Response refused = acme.capture(begun.state(), credentials.strip());

        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.<String>path("error")).isEqualTo(status == 422 ? "invalid_credentials" : "invalid_request");
        assertThat(refused.asString()).doesNotContain("CANARY").doesNotContain(begun.state());
        acme.captureKey(begun.state(), "k").then().statusCode(200);
    }

    @ParameterizedTest(name = "{0}")
    @Tag(PreviousRelease.NEW)
    @CsvSource(
            delimiter = '|',
            value = {
                "a lone surrogate     | 422 | {\"api_key\":\"CANARY\\ud800\"}",
                "a line break         | 422 | {\"api_key\":\"CANARY\\n\"}",
                "a scheme and a value | 422 | {\"api_key\":\"Bearer CANARY\"}",
            })
    void error_for_an_unusable_value_omits_it_and_the_state_stays_valid(String name, int status, String credentials) {
        error_for_an_invalid_body_omits_its_values_and_the_state_stays_valid(name, status, credentials);
    }

    @Test
    void error_for_malformed_json_names_line_and_column() {
        Response refused =
                acme.post("/v1/capture-credential", "{\"state\": \"s\",\n \"credentials\": {\"api_key\": oops}}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.<String>path("message"))
                .contains("line 2")
                .contains("column")
                .doesNotContain("oops");
    }

    @Test
    void validation_error_names_the_field_and_the_rule() {
        Begun begun = acme.begin(Backend.workspace(), "basic-auth");

        acme.capture(begun.state(), "{\"username\":\"u\"}")
                .then()
                .statusCode(422)
                .body("details[0].rule", equalTo("required"))
                .body("details[0].pointer", equalTo("/credentials/password"));
    }

    @Test
    void values_are_returned_unchanged() {
        Begun begun = acme.begin(Backend.workspace(), "basic-auth");
        String credentials = "{ \"username\" : \"u\", \"password\" :\t\"p\\u00e4t \\/ ü 🔑 \\\"\" }";

        acme.capture(begun.state(), credentials).then().statusCode(200);

        byte[] token = acme.token(begun.id()).asByteArray();
        assertThat(new String(token, UTF_8)).contains("\"credentials\":" + credentials);
    }

    @Test
    void longest_string_is_accepted_and_one_character_more_is_rejected() {
        Begun begun = acme.begin(Backend.workspace());

        acme.captureKey(begun.state(), "x".repeat(16 * 1024 + 1)).then().statusCode(422);
        acme.captureKey(begun.state(), "x".repeat(16 * 1024)).then().statusCode(200);
    }

    @Test
    @Promise(24)
    void body_of_64_KiB_is_accepted_and_one_byte_more_is_rejected_with_413() {
        Begun begun = acme.begin(Backend.workspace());
        String body = "{\"state\":\"" + begun.state() + "\",\"credentials\":{\"api_key\":\"k\"}}";
        String padded = body + " ".repeat(64 * 1024 - body.length());

        acme.post("/v1/capture-credential", padded + " ")
                .then()
                .statusCode(413)
                .body("error", equalTo("payload_too_large"));
        acme.post("/v1/capture-credential", padded).then().statusCode(200);
    }

    @Test
    @Promise(24)
    void body_nested_a_thousand_levels_is_rejected_with_400() {
        Begun begun = acme.begin(Backend.workspace());

        acme.capture(begun.state(), "{\"api_key\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}")
                .then()
                .statusCode(400)
                .body("error", equalTo("invalid_request"));
    }

    @Test
    @Promise(24)
    void unsupported_content_type_or_encoding_is_rejected_with_415() {
        acme.request()
                .contentType("text/plain")
                .body("{}")
                .post("/v1/capture-credential")
                .then()
                .statusCode(415)
                .body("error", equalTo("unsupported_media_type"));
        acme.request()
                .contentType("application/json")
                .header("Content-Encoding", "gzip")
                .body("{}")
                .post("/v1/capture-credential")
                .then()
                .statusCode(415)
                .body("error", equalTo("unsupported_media_type"));
    }

    @Test
    void unknown_route_and_method_return_an_error_body() {
        acme.request().get("/v1/nothing").then().statusCode(404).body("error", equalTo("not_found"));
        acme.request()
                .put("/v1/request-connection")
                .then()
                .statusCode(405)
                .body("error", equalTo("method_not_allowed"));
    }
}
