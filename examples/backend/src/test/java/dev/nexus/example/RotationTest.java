package dev.nexus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.bridge.Bridge;
import dev.nexus.bridge.GatewayException;
import dev.nexus.example.Browser.Page;
import dev.nexus.strategy.OutgoingRequest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Map;
import org.jsoup.nodes.FormElement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Mallory has a confirmed connection, starts to rotate it, and sends the link to Alice. Alice's credential is then
 * active and has superseded Mallory's.
 */
@QuarkusTest
@QuarkusTestResource(ScriptedGateway.class)
class RotationTest {

    private static final String OF_MALLORY = "Bearer ghp_of_mallory";
    private static final String OF_ALICE = "Bearer from-the-hosted-page";

    private final ScriptedGateway gateway = ScriptedGateway.it();
    private Browser mallory;
    private String old;
    private FormElement useOld;

    @Inject
    Bridge bridge;

    @BeforeEach
    void mallory_connects_and_starts_a_rotation() {
        gateway.reset();
        mallory = Browser.signedInAs("mallory");
        Page form = mallory.follow(mallory.submit(mallory.open("/connections").form("#connect"), "way", "form"));
        mallory.follow(mallory.submit(form.form("#credential"), "credential.api_key", "ghp_of_mallory"));
        old = gateway.ids().get(0);
        Page list = mallory.open("/connections");
        useOld = list.form("form.use");
        mallory.post(
                "/connections/" + old + "/rotate",
                Map.of(
                        "csrf-token",
                        list.document().expectFirst("[name=csrf-token]").val(),
                        "way",
                        "hosted"),
                null);
    }

    private String successor() {
        return gateway.ids().get(0);
    }

    /** The address to which the hosted page redirects the browser. */
    private String back() {
        URI returnUrl = URI.create(gateway.returnUrl(successor()));
        return returnUrl.getRawPath() + "?" + returnUrl.getRawQuery() + "&status=success&connection_id=" + successor();
    }

    /** Mallory presses the button on the page that she opened before the rotation. */
    private String use() {
        Page used = mallory.follow(mallory.submit(useOld, "x", "y"));
        return used.document().expectFirst("#notice").text();
    }

    @Test
    void an_unconfirmed_successor_is_not_used() {
        gateway.finishOnTheHostedPage(successor());

        String notice = use();

        assertThat(gateway.status(old)).isEqualTo("superseded");
        assertThat(notice).startsWith("Not used");
        assertThat(gateway.authorization()).isEmpty();
    }

    @Test
    void a_successor_that_appears_after_the_check_is_not_used() {
        String active = gateway.connection(old);
        gateway.finishOnTheHostedPage(successor());
        gateway.answersOnce("GET check-connection", 200, active, 0);

        use();

        assertThat(gateway.authorization()).isEqualTo(OF_MALLORY);
    }

    @Test
    void a_revoked_successor_is_not_used_and_its_token_is_removed() {
        gateway.finishOnTheHostedPage(successor());
        mallory.open(back());
        use();
        assertThat(gateway.authorization()).isEqualTo(OF_ALICE);
        OutgoingRequest request = OutgoingRequest.of("GET", URI.create(gateway.origin() + "/provider"));
        bridge.connection(successor()).apply(request);

        assertThat(Browser.signedInAs("alice").open(back()).status()).isEqualTo(403);

        assertThat(use()).startsWith("Not used");
        GatewayException over = catchThrowableOfType(
                GatewayException.class, () -> bridge.connection(successor()).apply(request));
        assertThat(over.code()).isEqualTo("connection_not_active");
    }

    @Test
    void a_confirmed_successor_replaces_the_old_connection() {
        gateway.finishOnTheHostedPage(successor());
        mallory.open(back());

        String notice = use();

        assertThat(notice).startsWith("GitHub answered 200");
        assertThat(gateway.authorization()).isEqualTo(OF_ALICE);
    }
}
