package dev.nexus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.example.Browser.Page;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Using and disconnecting a connection. */
@QuarkusTest
@QuarkusTestResource(ScriptedGateway.class)
class UseConnectionTest {

    private static final String KEY = "ghp_CANARY";

    private final ScriptedGateway gateway = ScriptedGateway.it();
    private Browser ada;

    @BeforeEach
    void connect() {
        gateway.reset();
        ada = Browser.signedInAs("ada");
        Page form = ada.follow(ada.submit(ada.open("/connections").form("#connect"), "way", "form"));
        ada.follow(ada.submit(form.form("#credential"), "credential.api_key", KEY));
    }

    private String id() {
        return gateway.ids().get(0);
    }

    private Page use() {
        return ada.follow(ada.submit(ada.open("/connections").form("form.use"), "x", "y"));
    }

    private static String notice(Page page) {
        return page.document().expectFirst("#notice").text();
    }

    @Test
    void the_provider_receives_the_credential_and_the_page_shows_the_login() {
        Page used = use();

        assertThat(gateway.authorization()).isEqualTo("Bearer " + KEY);
        assertThat(notice(used)).isEqualTo("GitHub answered 200 You are octocat");
        assertThat(used.response().body()).doesNotContain("CANARY");
        assertThat(ada.open("/connections").document().select("#notice")).isEmpty();
    }

    @Test
    void a_hostile_login_is_escaped_and_shortened() {
        gateway.setProviderResponse(200, "{\"login\":\"<script>alert(1)</script>" + "x".repeat(5_000) + "\"}");

        Page used = use();

        assertThat(used.document().select("script")).isEmpty();
        assertThat(notice(used)).contains("<script>").hasSizeLessThan(200);
    }

    @ParameterizedTest
    @CsvSource({
        "401,no longer accepts",
        "403,lacks a permission",
        "429,Too many",
        "500,has a problem",
        "302,has a problem"
    })
    void an_error_of_the_provider_is_explained(int status, String words) {
        gateway.setProviderResponse(status, "{\"message\":\"CANARY\"}");

        Page used = use();

        assertThat(notice(used)).startsWith("GitHub answered " + status).contains(words);
        assertThat(used.response().body()).doesNotContain("CANARY");
    }

    @Test
    void for_a_response_that_is_not_json_only_the_status_is_shown() {
        gateway.setProviderResponse(200, "<html>");

        assertThat(notice(use())).isEqualTo("GitHub answered 200 It accepts the credential.");
    }

    @Test
    void nothing_is_sent_to_a_host_that_is_not_allowed() {
        gateway.setAllowedHost("api.github.com");

        assertThat(notice(use())).startsWith("Not sent");
        assertThat(gateway.authorization()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "409,connection_not_active,This connection is no longer active",
        "403,forbidden,No credential",
        "500,internal,No credential",
    })
    void an_error_of_the_token_route_is_explained(int status, String code, String words) {
        gateway.answersOnce("GET token", status, code);

        assertThat(notice(use())).startsWith(words);
        assertThat(gateway.authorization()).isEmpty();
    }

    @Test
    void disconnecting_revokes_the_connection() {
        Page gone = ada.follow(ada.submit(ada.open("/connections").form("form.disconnect"), "x", "y"));

        assertThat(notice(gone)).startsWith("Disconnected");
        assertThat(gateway.status(id())).isEqualTo("revoked");
        assertThat(gone.document().select("article.row")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"use", "rotate", "disconnect"})
    void another_users_connection_is_not_found(String verb) {
        Browser grace = Browser.signedInAs("grace");
        String token = grace.open("/connections")
                .document()
                .expectFirst("[name=csrf-token]")
                .val();

        Page others = grace.post("/connections/" + id() + "/" + verb, Map.of("csrf-token", token, "way", "form"), null);
        Page none = grace.post(
                "/connections/0197a2b4-0000-7000-8000-000000000000/" + verb,
                Map.of("csrf-token", token, "way", "form"),
                null);

        assertThat(others.status()).isEqualTo(404);
        assertThat(others.text()).isEqualTo(none.text());
        assertThat(gateway.status(id())).isEqualTo("active");
        assertThat(gateway.authorization()).isEmpty();
    }

    @Test
    void an_invalid_id_is_not_sent_to_the_gateway() {
        int before = gateway.calls().size();

        Page refused = ada.post(
                "/connections/..%2Fproviders/use",
                Map.of(
                        "csrf-token",
                        ada.open("/connections")
                                .document()
                                .expectFirst("[name=csrf-token]")
                                .val()),
                null);

        assertThat(refused.status()).isEqualTo(404);
        assertThat(gateway.calls().subList(before, gateway.calls().size())).doesNotContain("GET check-connection");
    }
}
