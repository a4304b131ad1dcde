package dev.nexus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.example.Browser.Page;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connecting with the own form and with the hosted page. */
@QuarkusTest
@QuarkusTestResource(ScriptedGateway.class)
class ConnectTest {

    private final ScriptedGateway gateway = ScriptedGateway.it();
    private Browser ada;

    @BeforeEach
    void signIn() {
        gateway.reset();
        ada = Browser.signedInAs("ada");
    }

    private Page form() {
        return ada.follow(ada.submit(ada.open("/connections").form("#connect"), "way", "form"));
    }

    private Page list() {
        return ada.open("/connections");
    }

    private String id() {
        return gateway.ids().get(0);
    }

    @Test
    void the_own_form_creates_an_active_connection_in_the_users_workspace() {
        Page form = form();
        Page sent = ada.submit(form.form("#credential"), "credential.api_key", "ghp_CANARY");
        Page listed = ada.follow(ada.follow(sent));

        assertThat(gateway.credential(id()).toString()).isEqualTo("{\"api_key\":\"ghp_CANARY\"}");
        assertThat(listed.document().expectFirst("#notice").text()).startsWith("Connected");
        assertThat(listed.document().expectFirst("#c-" + id()).attr("data-status"))
                .isEqualTo("active");
        assertThat(listed.document().select("form.use")).hasSize(1);
        assertThat(Browser.signedInAs("grace").open("/connections").document().select("article.row"))
                .isEmpty();
    }

    @Test
    void the_hosted_page_is_opened_at_auth_url_and_no_state_is_stored() {
        Page sent = ada.submit(ada.open("/connections").form("#connect"), "way", "hosted");

        assertThat(sent.location()).startsWith(gateway.origin() + "/auth/capture-schema?state=state-");
        assertThat(ada.follow(ada.open("/connections/" + id() + "/form")).text())
                .contains("This form is closed");
    }

    @Test
    void an_auth_url_of_another_host_is_refused() {
        gateway.answersOnce(
                "POST request-connection",
                200,
                "{\"connection_id\":\"x\",\"auth_url\":\"" + gateway.origin() + ".evil.example/?state=s\"}",
                0);

        Page sent = ada.submit(ada.open("/connections").form("#connect"), "way", "hosted");

        assertThat(sent.status()).isEqualTo(502);
        assertThat(sent.response().header("Location")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"status\":\"verified\"}', verified with the provider",
        "'{\"status\":\"unverified\",\"reason\":\"rejected\"}', rejected by the provider"
    })
    void the_list_shows_the_result_of_the_verification(String verification, String words) {
        gateway.answersOnce("GET connections", 200, """
                {"connections":[{"connection_id":"c","status":"active","workspace_id":"w",
                 "provider":{"id":"p","slug":"github","name":"GitHub"},"created_at":"2026-01-01T00:00:00Z",
                 "verification":%s}]}""".formatted(verification), 0);

        assertThat(list().document().expectFirst(".facts").text()).endsWith(words);
    }

    @Test
    void the_state_is_in_no_page() {
        Page form = form();

        assertThat(form.response().body()).contains("Token").doesNotContain("state-");
        assertThat(list().response().body()).doesNotContain("state-");
    }

    @Test
    void each_property_has_a_matching_field_and_its_value_keeps_the_type() {
        gateway.setSchema("""
                {"type":"object","required":["user","secret","region"],"properties":{
                 "user":{"type":"string","title":"User"},
                 "secret":{"type":"string","title":"Secret","format":"password","description":"Keep it"},
                 "region":{"title":"Region","enum":["eu",7]},
                 "port":{"type":"integer"},
                 "sandbox":{"type":"boolean","title":"Sandbox"},
                 "note":{"type":"string"}}}""");
        Page form = form();
        List<Element> labels = form.document().select("#credential label");

        assertThat(labels)
                .extracting(Element::text)
                .containsExactly("User", "Secret", "Region", "port optional", "Sandbox", "note optional");
        assertThat(field(form, "secret").attr("type")).isEqualTo("password");
        assertThat(field(form, "user").attr("type")).isEqualTo("text");
        assertThat(field(form, "user").hasAttr("required")).isTrue();
        assertThat(field(form, "note").hasAttr("required")).isFalse();
        assertThat(form.document()
                        .expectFirst("#"
                                + field(form, "secret").attr("aria-describedby").strip())
                        .text())
                .isEqualTo("Keep it");

        ada.submit(
                form.form("#credential"),
                Map.of(
                        "credential.user", "u",
                        "credential.secret", " s ",
                        "credential.region", "7",
                        "credential.port", "8443",
                        "credential.sandbox", "true",
                        "credential.note", ""));

        assertThat(gateway.credential(id()).toString())
                .isEqualTo("{\"user\":\"u\",\"secret\":\" s \",\"region\":7,\"port\":8443,\"sandbox\":true}");
    }

    private static Element field(Page form, String name) {
        return form.document().expectFirst("[name='credential." + name + "']");
    }

    @Test
    void a_hostile_schema_and_provider_are_escaped() {
        String markup = "</label><script>alert(1)</script><img src=x onerror=alert(1)>\" autofocus onfocus='alert(1)";
        String json = markup.replace("\"", "\\\"");
        gateway.setProviderName(json.replace("\\\"", "\""));
        gateway.setSchema("""
                {"type":"object","properties":{
                 "%s":{"type":"string","title":"%s","description":"%s","format":"password"},
                 "pick":{"title":"\u202egnihtyna","enum":["%s","%s"]}}}""".formatted(json, json, json, json, "x".repeat(5_000)));

        Page form = form();

        assertThat(form.document().select("script, img[onerror], [onfocus], [autofocus]"))
                .isEmpty();
        assertThat(form.document().expectFirst("h1").text()).isEqualTo("Connect " + markup);
        assertThat(form.document().select("label bdi").get(0).text()).isEqualTo(markup);
        assertThat(form.document().expectFirst("#help-1").text()).isEqualTo(markup);
        assertThat(form.document().select("option").get(1).val()).isEqualTo(markup);
        assertThat(list().document().select("script, img[onerror]")).isEmpty();

        ada.submit(form.form("#credential"), Map.of("credential." + markup, "v", "credential.pick", markup));

        assertThat(gateway.credential(id()).path(markup).asText()).isEqualTo("v");
        assertThat(gateway.credential(id()).path("pick").asText()).isEqualTo(markup);
    }

    @Test
    void an_error_is_next_to_its_field_and_the_form_is_empty() {
        Page form = form();
        gateway.answersOnce("POST capture-credential", 422, """
                {"error":"invalid_credentials","message":"m","details":[
                 {"pointer":"/credentials/api_key","rule":"pattern","message":"must begin with <ghp_>"}]}""", 0);

        Page refused = ada.submit(form.form("#credential"), "credential.api_key", "CANARY-typed");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.document().expectFirst("#error-1").text()).isEqualTo("must begin with <ghp_>");
        assertThat(field(refused, "api_key").attr("aria-invalid")).isEqualTo("true");
        assertThat(field(refused, "api_key").attr("aria-describedby")).contains("error-1");
        assertThat(refused.response().body()).doesNotContain("CANARY-typed");
        ada.follow(ada.follow(ada.submit(refused.form("#credential"), "credential.api_key", "better")));
        assertThat(gateway.status(id())).isEqualTo("active");
    }

    @Test
    void a_credential_that_the_provider_rejects_can_be_corrected() {
        Page form = form();
        gateway.answersOnce("POST capture-credential", 422, "credentials_rejected");

        Page refused = ada.submit(form.form("#credential"), "credential.api_key", "CANARY-typed");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.document().expectFirst("#problem").text()).contains("Check the credential at the provider");
        assertThat(refused.response().body()).doesNotContain("CANARY");
        assertThat(refused.form("#credential").hasAttr("action")).isTrue();
    }

    @Test
    void a_busy_gateway_leaves_the_form_open() {
        Page form = form();
        gateway.answersOnce("POST capture-credential", 503, "{\"error\":\"unavailable\",\"message\":\"m\"}", 7);

        Page busy = ada.submit(form.form("#credential"), "credential.api_key", "k");

        assertThat(busy.status()).isEqualTo(503);
        assertThat(busy.document().expectFirst("#problem").text()).contains("Try again in 7 seconds");
        ada.submit(busy.form("#credential"), "credential.api_key", "k");
        assertThat(gateway.status(id())).isEqualTo("active");
    }

    @Test
    void after_a_lost_response_check_connection_decides() {
        Page form = form();
        gateway.hangsUpOnce("POST capture-credential", true);

        Page sent = ada.submit(form.form("#credential"), "credential.api_key", "k");

        assertThat(ada.follow(ada.follow(sent)).text()).contains("Connected");
    }

    @Test
    void after_a_lost_request_the_user_can_submit_again() {
        Page form = form();
        gateway.hangsUpOnce("POST capture-credential", false);

        Page sent = ada.submit(form.form("#credential"), "credential.api_key", "k");

        assertThat(sent.status()).isEqualTo(503);
        assertThat(sent.document().expectFirst("#problem").text()).contains("nothing is stored");
    }

    @Test
    void a_double_click_connects_once() {
        Page form = form();
        ada.submit(form.form("#credential"), "credential.api_key", "k");

        Page second = ada.submit(form.form("#credential"), "credential.api_key", "k");

        assertThat(ada.follow(ada.follow(second)).text()).contains("Connected");
        assertThat(gateway.ids()).hasSize(1);
    }

    @Test
    void a_form_is_open_only_in_the_session_that_started_it() {
        form();

        Page elsewhere = Browser.signedInAs("ada").open("/connections/" + id() + "/form");

        assertThat(elsewhere.location()).endsWith("/connections");
        assertThat(gateway.calls()).containsOnlyOnce("GET capture-schema");
    }

    @Test
    void rotation_is_a_new_capture_with_the_same_provider_and_label() {
        Page other = ada.submit(
                list().form("#connect-other"), Map.of("provider", "github", "label", " work ", "way", "form"));
        ada.follow(ada.submit(ada.follow(other).form("#credential"), "credential.api_key", "one"));
        String old = id();

        Page again = ada.submit(list().form("#c-" + old + " form.rotate"), "way", "form");
        ada.follow(ada.submit(ada.follow(again).form("#credential"), "credential.api_key", "two"));

        assertThat(gateway.status(old)).isEqualTo("superseded");
        assertThat(list().document().expectFirst("#c-" + old + " .replaced-by").attr("href"))
                .isEqualTo("#c-" + id());
        assertThat(list().document().select("article.row .label")).hasSize(1);
    }

    @Test
    void an_unknown_provider_or_way_is_refused() {
        Map<String, String> unknown = Map.of("provider", "CANARY", "way", "form");

        assertThat(ada.submit(list().form("#connect"), unknown).status()).isEqualTo(400);
        assertThat(ada.submit(list().form("#connect"), "way", "CANARY").status())
                .isEqualTo(400);
        assertThat(gateway.ids()).isEmpty();
    }
}
