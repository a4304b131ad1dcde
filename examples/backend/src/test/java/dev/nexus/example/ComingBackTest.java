package dev.nexus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.example.Browser.Page;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
        gateway.answersOnce("DELETE connections", 503, "unavailable");

        assertThat(Browser.signedInAs("grace").open(success()).status()).isEqualTo(403);

        assertThat(gateway.status(id())).isEqualTo("active");
        assertThat(isUsed()).isFalse();
        assertThat(ada.open("/connections").text()).contains("has not come back");
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
