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

/** The callback accepts the connection that this session began, from the browser that was sent back, and nothing else. */
@QuarkusTest
@QuarkusTestResource(ScriptedGateway.class)
class ComingBackTest {

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

    /** Where the hosted page sends the browser. */
    private String way(String more) {
        URI returnUrl = URI.create(gateway.returnUrl(id()));
        return returnUrl.getRawPath() + "?" + returnUrl.getRawQuery() + more;
    }

    private String success() {
        return way("&status=success&connection_id=" + id());
    }

    private boolean isUsed() {
        return !ada.open("/connections").document().select("form.use").isEmpty();
    }

    @Test
    void the_session_that_began_it_is_connected() {
        gateway.finishOnTheHostedPage(id());

        Page listed = ada.follow(ada.open(success()));

        assertThat(listed.document().expectFirst("#notice").text()).startsWith("Connected");
        assertThat(isUsed()).isTrue();
        assertThat(gateway.asked()).contains("GET check-connection");
    }

    @Test
    void a_victim_who_was_sent_anothers_link_is_told_and_the_connection_is_cut() {
        gateway.finishOnTheHostedPage(id());
        Browser victim = Browser.signedInAs("grace");

        Page refused = victim.open(success());

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("begun in another browser");
        assertThat(gateway.status(id())).isEqualTo("revoked");
        assertThat(ada.open(success()).status()).isEqualTo(400);
        assertThat(isUsed()).isFalse();
    }

    @Test
    void a_victim_of_the_same_name_or_without_a_session_is_refused_as_well() {
        gateway.finishOnTheHostedPage(id());

        assertThat(new Browser().open(success()).status()).isEqualTo(403);

        assertThat(gateway.status(id())).isEqualTo("revoked");
    }

    @Test
    void a_connection_that_could_not_be_cut_is_not_used_all_the_same() {
        gateway.finishOnTheHostedPage(id());
        Browser victim = Browser.signedInAs("grace");
        gateway.answersOnce("DELETE connections", 503, "unavailable");

        assertThat(victim.open(success()).status()).isEqualTo(403);

        gateway.answersOnce("DELETE connections", 503, "unavailable");
        Page listed = ada.open("/connections");
        assertThat(gateway.status(id())).isEqualTo("active");
        assertThat(listed.document().select("form.use")).isEmpty();
        assertThat(listed.text()).contains("has not come back");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/connections", "/connections/callback"})
    void a_connection_that_could_not_be_cut_is_cut_with_the_next_page(String page) {
        gateway.finishOnTheHostedPage(id());
        Browser victim = Browser.signedInAs("grace");
        gateway.answersOnce("DELETE connections", 429, "rate_limited");
        victim.open(success());
        assertThat(gateway.status(id())).isEqualTo("active");

        victim.open(page);

        assertThat(gateway.status(id())).isEqualTo("revoked");
        int before = gateway.asked().size();
        victim.open(page);
        assertThat(gateway.asked().subList(before, gateway.asked().size())).doesNotContain("DELETE connections");
    }

    @Test
    void what_is_cut_while_the_gateway_is_asked_is_not_confirmed() throws Exception {
        gateway.finishOnTheHostedPage(id());
        Browser victim = Browser.signedInAs("grace");
        ScriptedGateway.Held check = gateway.holdsOnce("GET check-connection");
        ExecutorService sender = Executors.newSingleThreadExecutor();
        try {
            Future<Page> late = sender.submit(() -> ada.open(success()));
            assertThat(check.asked().await(10, TimeUnit.SECONDS)).isTrue();
            gateway.answersOnce("DELETE connections", 429, "rate_limited");

            assertThat(victim.open(success()).status()).isEqualTo(403);
            check.goesOn().countDown();

            assertThat(late.get(10, TimeUnit.SECONDS).status()).isEqualTo(400);
            gateway.answersOnce("DELETE connections", 429, "rate_limited");
            assertThat(isUsed()).isFalse();
            assertThat(gateway.status(id())).isEqualTo("active");
        } finally {
            check.goesOn().countDown();
            sender.shutdownNow();
        }
    }

    @Test
    void a_way_back_without_success_does_not_ask_the_gateway() {
        int before = gateway.asked().size();

        ada.open(way("&status=error&error=access_denied&connection_id=" + id()));

        assertThat(gateway.asked()).hasSize(before);
    }

    @Test
    void who_began_it_cannot_say_themselves_that_it_is_finished() {
        gateway.finishOnTheHostedPage(id());

        Page guessed = ada.open("/connections/callback?status=success&connection_id=" + id());

        assertThat(guessed.status()).isEqualTo(400);
        assertThat(isUsed()).isFalse();
    }

    @Test
    void an_id_that_nobody_began_here_is_refused_without_asking_the_gateway() {
        int before = gateway.asked().size();

        Page refused = ada.open(
                "/connections/callback?attempt=x&status=success&connection_id=0197a2b4-0000-7000-8000-000000000000");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(gateway.asked()).hasSize(before);
    }

    @Test
    void the_attempt_of_one_connection_does_not_finish_another() {
        String attempt = way("");
        ada.submit(ada.open("/connections").form("#connect"), "way", "hosted");
        gateway.finishOnTheHostedPage(id());

        Page refused = ada.open(attempt + "&status=success&connection_id=" + id());

        assertThat(refused.status()).isEqualTo(400);
        assertThat(isUsed()).isFalse();
    }

    @Test
    void success_in_the_query_is_not_believed() {
        Page listed = ada.follow(ada.open(success()));

        assertThat(listed.document().expectFirst("#notice").text()).startsWith("Not connected");
        assertThat(isUsed()).isFalse();
    }

    @Test
    void an_error_is_told_in_words_of_our_own() {
        Page listed = ada.follow(ada.open(way("&status=error&error=%3Cscript%3ECANARY")));

        assertThat(listed.document().expectFirst("#notice").text()).startsWith("Not connected");
        assertThat(listed.response().body()).doesNotContain("CANARY");
    }

    @Test
    void an_expired_state_is_explained() {
        Page listed = ada.follow(ada.open(way("&status=error&error=state_expired")));

        assertThat(listed.text()).contains("That took too long");
    }

    @Test
    void a_victim_cuts_even_what_the_sender_was_quicker_to_call_finished() {
        gateway.finishOnTheHostedPage(id());
        ada.open(success());
        assertThat(isUsed()).isTrue();

        assertThat(Browser.signedInAs("grace").open(success()).status()).isEqualTo(403);

        assertThat(gateway.status(id())).isEqualTo("revoked");
        assertThat(isUsed()).isFalse();
    }

    @Test
    void coming_back_twice_does_no_harm() {
        gateway.finishOnTheHostedPage(id());
        ada.open(success());

        assertThat(ada.open(success()).location()).endsWith("/connections");
        assertThat(isUsed()).isTrue();
    }

    @Test
    void who_cancels_and_thinks_again_is_connected() {
        Page cancelled = ada.follow(ada.open(way("&status=error&error=access_denied&connection_id=" + id())));
        assertThat(cancelled.text()).contains("You have cancelled");
        assertThat(isUsed()).isFalse();
        gateway.finishOnTheHostedPage(id());

        ada.open(success());

        assertThat(isUsed()).isTrue();
    }

    @Test
    void when_the_gateway_is_silent_the_way_back_can_be_gone_again() {
        gateway.finishOnTheHostedPage(id());
        gateway.answersOnce("GET check-connection", 503, "unavailable");

        assertThat(ada.open(success()).status()).isEqualTo(503);

        assertThat(ada.follow(ada.open(success())).text()).contains("Connected");
    }
}
