package dev.nexus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.example.Browser.Page;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The callback accepts a connection only in the session that started it. */
@QuarkusTest
@QuarkusTestResource(ScriptedGateway.class)
class CallbackTest {

    private final ScriptedGateway gateway = ScriptedGateway.it();
    private Browser ada;

    @BeforeEach
    void begin() {
        gateway.reset();
        ada = Browser.signedInAs("ada");
        ada.submit(ada.open("/connections").form("#connect"), "way", "hosted");
    }

    private String id() {
        return gateway.ids().get(0);
    }

    /** The address to which the hosted page redirects the browser. */
    private String callback(String moreParameters) {
        URI returnUrl = URI.create(gateway.returnUrl(id()));
        return returnUrl.getRawPath() + "?" + returnUrl.getRawQuery() + moreParameters;
    }

    private String success() {
        return callback("&status=success&connection_id=" + id());
    }

    private boolean isUsable() {
        return !ada.open("/connections").document().select("form.use").isEmpty();
    }

    @Test
    void the_session_that_started_the_connection_is_connected() {
        gateway.finishOnTheHostedPage(id());

        Page listed = ada.follow(ada.open(success()));

        assertThat(listed.document().expectFirst("#notice").text()).startsWith("Connected");
        assertThat(isUsable()).isTrue();
        assertThat(gateway.calls()).contains("GET check-connection");
    }

    @Test
    void a_callback_from_another_session_is_refused_and_revokes_the_connection() {
        gateway.finishOnTheHostedPage(id());
        Browser victim = Browser.signedInAs("grace");

        Page refused = victim.open(success());

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("started in another browser");
        assertThat(gateway.status(id())).isEqualTo("revoked");
        assertThat(ada.open(success()).status()).isEqualTo(400);
        assertThat(isUsable()).isFalse();
    }

    @Test
    void a_callback_without_a_session_is_refused_and_revokes_the_connection() {
        gateway.finishOnTheHostedPage(id());

        assertThat(new Browser().open(success()).status()).isEqualTo(403);

        assertThat(gateway.status(id())).isEqualTo("revoked");
    }

    @Test
    void a_connection_is_not_used_if_its_revocation_fails() {
        gateway.finishOnTheHostedPage(id());
        Browser victim = Browser.signedInAs("grace");
        gateway.answersOnce("DELETE connections", 503, "unavailable");

        assertThat(victim.open(success()).status()).isEqualTo(403);

        gateway.answersOnce("DELETE connections", 503, "unavailable");
        Page listed = ada.open("/connections");
        assertThat(gateway.status(id())).isEqualTo("active");
        assertThat(listed.document().select("form.use")).isEmpty();
        assertThat(listed.text()).contains("not confirmed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/connections", "/connections/callback"})
    void a_failed_revocation_is_retried_with_the_next_page(String page) {
        gateway.finishOnTheHostedPage(id());
        Browser victim = Browser.signedInAs("grace");
        gateway.answersOnce("DELETE connections", 429, "rate_limited");
        victim.open(success());
        assertThat(gateway.status(id())).isEqualTo("active");

        victim.open(page);

        assertThat(gateway.status(id())).isEqualTo("revoked");
        int before = gateway.calls().size();
        victim.open(page);
        assertThat(gateway.calls().subList(before, gateway.calls().size())).doesNotContain("DELETE connections");
    }

    @Test
    void a_connection_revoked_during_the_check_is_not_confirmed() throws Exception {
        gateway.finishOnTheHostedPage(id());
        Browser victim = Browser.signedInAs("grace");
        ScriptedGateway.Delayed check = gateway.delayOnce("GET check-connection");
        ExecutorService sender = Executors.newSingleThreadExecutor();
        try {
            Future<Page> late = sender.submit(() -> ada.open(success()));
            assertThat(check.received().await(10, TimeUnit.SECONDS)).isTrue();
            gateway.answersOnce("DELETE connections", 429, "rate_limited");

            assertThat(victim.open(success()).status()).isEqualTo(403);
            check.release().countDown();

            assertThat(late.get(10, TimeUnit.SECONDS).status()).isEqualTo(400);
            gateway.answersOnce("DELETE connections", 429, "rate_limited");
            assertThat(isUsable()).isFalse();
            assertThat(gateway.status(id())).isEqualTo("active");
        } finally {
            check.release().countDown();
            sender.shutdownNow();
        }
    }

    @Test
    void a_callback_without_success_does_not_call_the_gateway() {
        int before = gateway.calls().size();

        ada.open(callback("&status=error&error=access_denied&connection_id=" + id()));

        assertThat(gateway.calls()).hasSize(before);
    }

    @Test
    void a_callback_without_the_attempt_does_not_confirm_the_connection() {
        gateway.finishOnTheHostedPage(id());

        Page guessed = ada.open("/connections/callback?status=success&connection_id=" + id());

        assertThat(guessed.status()).isEqualTo(400);
        assertThat(isUsable()).isFalse();
    }

    @Test
    void an_unknown_id_is_refused_without_a_call_to_the_gateway() {
        int before = gateway.calls().size();

        Page refused = ada.open(
                "/connections/callback?attempt=x&status=success&connection_id=0197a2b4-0000-7000-8000-000000000000");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(gateway.calls()).hasSize(before);
    }

    @Test
    void the_attempt_of_one_connection_does_not_finish_another() {
        String attempt = callback("");
        ada.submit(ada.open("/connections").form("#connect"), "way", "hosted");
        gateway.finishOnTheHostedPage(id());

        Page refused = ada.open(attempt + "&status=success&connection_id=" + id());

        assertThat(refused.status()).isEqualTo(400);
        assertThat(isUsable()).isFalse();
    }

    @Test
    void success_in_the_query_is_not_trusted() {
        Page listed = ada.follow(ada.open(success()));

        assertThat(listed.document().expectFirst("#notice").text()).startsWith("Not connected");
        assertThat(isUsable()).isFalse();
    }

    @Test
    void an_error_is_shown_without_the_text_of_the_query() {
        Page listed = ada.follow(ada.open(callback("&status=error&error=%3Cscript%3ECANARY")));

        assertThat(listed.document().expectFirst("#notice").text()).startsWith("Not connected");
        assertThat(listed.response().body()).doesNotContain("CANARY");
    }

    @Test
    void an_expired_state_is_explained() {
        Page listed = ada.follow(ada.open(callback("&status=error&error=state_expired")));

        assertThat(listed.text()).contains("The form has expired");
    }

    @Test
    void a_callback_from_another_session_revokes_even_a_confirmed_connection() {
        gateway.finishOnTheHostedPage(id());
        ada.open(success());
        assertThat(isUsable()).isTrue();

        assertThat(Browser.signedInAs("grace").open(success()).status()).isEqualTo(403);

        assertThat(gateway.status(id())).isEqualTo("revoked");
        assertThat(isUsable()).isFalse();
    }

    @Test
    void a_repeated_callback_has_no_effect() {
        gateway.finishOnTheHostedPage(id());
        ada.open(success());

        assertThat(ada.open(success()).location()).endsWith("/connections");
        assertThat(isUsable()).isTrue();
    }

    @Test
    void a_user_who_cancels_can_still_connect() {
        Page cancelled = ada.follow(ada.open(callback("&status=error&error=access_denied&connection_id=" + id())));
        assertThat(cancelled.text()).contains("You cancelled");
        assertThat(isUsable()).isFalse();
        gateway.finishOnTheHostedPage(id());

        ada.open(success());

        assertThat(isUsable()).isTrue();
    }

    @Test
    void the_callback_can_be_repeated_if_the_gateway_does_not_respond() {
        gateway.finishOnTheHostedPage(id());
        gateway.answersOnce("GET check-connection", 503, "unavailable");

        assertThat(ada.open(success()).status()).isEqualTo(503);

        assertThat(ada.follow(ada.open(success())).text()).contains("Connected");
    }
}
