package dev.nexus.e2e.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.flow.PlainBrowser.Page;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.ExampleBackend;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A browser without JavaScript uses the example backend. The backend calls the packaged product. */
@ExtendWith(NexusExtension.class)
class ExampleBackendIT {

    private static GitHubDouble github;
    private static ExampleBackend example;

    private final String user = "u" + UUID.randomUUID().toString().substring(0, 8);
    private PlainBrowser browser;

    @BeforeAll
    static void start() throws Exception {
        github = GitHubDouble.start();
        github.register(NexusExtension.acme());
        example = ExampleBackend.start(NexusExtension.nexus(), 0, github.settings());
    }

    @AfterAll
    static void end() {
        example.close();
        github.close();
    }

    @BeforeEach
    void signIn() {
        browser = signedIn(user);
    }

    private static PlainBrowser signedIn(String name) {
        PlainBrowser browser = new PlainBrowser(example.url());
        browser.follow(browser.submit(browser.open("/").form("form.choices"), Map.of("user", name)));
        return browser;
    }

    private Page list() {
        return browser.open("/connections");
    }

    private Page form(Page beginning, String form) {
        return browser.follow(browser.submit(beginning.form(form), Map.of("way", "form")));
    }

    /** Submits a token and returns the list of connections. */
    private Page submitToken(Page form, String token) {
        Page sent = browser.submit(form.form("#credential"), Map.of("credential.api_key", token));
        return browser.follow(browser.follow(sent));
    }

    private Page submitAction(String form) {
        return browser.follow(browser.submit(list().form(form), Map.of()));
    }

    private static String id(Page list) {
        return list.document().expectFirst("article.row").id().substring("c-".length());
    }

    private static String status(String id) {
        return NexusExtension.acme().check(id).path("status");
    }

    @Test
    void own_form_connects_uses_rotates_and_disconnects() {
        Page form = form(list(), "#connect");
        assertThat(form.text("h1")).isEqualTo("Connect GitHub");

        Page wrong = browser.submit(form.form("#credential"), Map.of("credential.api_key", "CANARY wrong"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text("#error-1")).isNotBlank();
        assertThat(wrong.response().body()).doesNotContain("CANARY");

        Page connected = submitToken(wrong, "ghp_good_CANARY_1");
        String first = id(connected);
        assertThat(connected.text("#notice")).startsWith("Connected");
        assertThat(status(first)).isEqualTo("active");
        assertThat(NexusExtension.acme().check(first).<String>path("workspace_id"))
                .isEqualTo("user_" + user);

        Page used = submitAction("form.use");
        assertThat(used.text("#notice")).isEqualTo("GitHub answered 200 You are octocat");
        assertThat(github.authorizations()).contains("Bearer ghp_good_CANARY_1");

        Page rotated = submitToken(form(list(), "form.rotate"), "ghp_good_CANARY_2");
        String second = id(rotated);
        assertThat(status(first)).isEqualTo("superseded");
        assertThat(rotated.document()
                        .expectFirst("#c-" + first + " .replaced-by")
                        .attr("href"))
                .isEqualTo("#c-" + second);
        submitAction("form.use");
        assertThat(github.authorizations()).contains("Bearer ghp_good_CANARY_2");

        Page disconnected = submitAction("form.disconnect");
        assertThat(disconnected.text("#notice")).startsWith("Disconnected");
        assertThat(status(second)).isEqualTo("revoked");
        assertThat(disconnected.document().select("article.row")).isEmpty();
        for (Page page : List.of(connected, used, rotated, disconnected)) {
            assertThat(page.response().body()).doesNotContain("CANARY");
        }
    }

    @Test
    void notice_explains_a_token_that_the_provider_rejects() {
        submitToken(form(list(), "#connect"), "ghp_bad");

        assertThat(submitAction("form.use").text("#notice"))
                .startsWith("GitHub answered 401")
                .contains("Rotate it");
    }

    @Test
    void hosted_page_button_redirects_to_auth_url() {
        Page sent = browser.submit(list().form("#connect"), Map.of("way", "hosted"));

        assertThat(sent.location()).startsWith(NexusExtension.nexus().gatewayUrl() + "/auth/capture-schema?state=");
    }

    @Test
    void callback_in_the_session_of_another_user_is_rejected_and_its_connection_is_revoked() {
        Page form = form(list(), "#connect");
        Page sent = browser.submit(form.form("#credential"), Map.of("credential.api_key", "ghp_good_victim"));
        String callback = sent.location().substring(example.url().length());
        String id = id(list());
        assertThat(status(id)).isEqualTo("active");

        Page refused = signedIn("grace").open(callback);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(status(id)).isEqualTo("revoked");
        assertThat(list().document().select("form.use")).isEmpty();
    }

    @Test
    void callback_for_an_unknown_connection_is_rejected() {
        String foreign = NexusExtension.acme().connect("user_" + user, "k");

        Page refused = browser.open("/connections/callback?status=success&connection_id=" + foreign);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(status(foreign)).isEqualTo("active");
        assertThat(list().document().select("#c-" + foreign + " form.use")).isEmpty();
    }

    @Test
    void connection_of_another_user_is_not_found() {
        submitToken(form(list(), "#connect"), "ghp_good_mine");
        String id = id(list());
        PlainBrowser other = signedIn("grace");

        assertThat(other.open("/connections").document().select("#c-" + id)).isEmpty();
        for (String verb : List.of("use", "rotate", "disconnect")) {
            var form = other.open("/connections").form("#connect");
            form.attr("action", "/connections/" + id + "/" + verb);
            assertThat(other.submit(form, Map.of("way", "form")).status()).isEqualTo(404);
        }
        assertThat(status(id)).isEqualTo("active");
    }

    @Test
    void log_contains_no_credential_state_or_key() throws Exception {
        Page form = form(list(), "#connect");
        browser.submit(form.form("#credential"), Map.of("credential.api_key", "LOGCANARY wrong"));
        String id = id(submitToken(form, "ghp_good_LOGCANARY"));
        submitAction("form.use");

        String log = Files.readString(example.process().log());

        assertThat(log).contains(id).doesNotContain("LOGCANARY", "eyJ", "nxs_");
    }
}
