package dev.nexus.broker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.capture.PresentedConnection.Details;
import dev.nexus.broker.connection.ConnectionStatus;
import dev.nexus.broker.provider.definition.StoredVersion;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.PresentedState;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A return URL can contain the caller's nonce, so no record prints it. */
class ReturnUrlToStringTest {

    private static final UUID ID = UUID.fromString("018f3a1c-2d00-7000-8000-000000000000");
    private static final String RETURN_URL = "https://your-app.com/callback?nonce=canary-5d1e";

    static Stream<Record> records() {
        PresentedConnection presented = new PresentedConnection(
                "acme",
                ID,
                "w",
                "",
                new StoredVersion(ID, 1, "{}", null, null, null),
                RETURN_URL,
                new Details("GitHub", "{}", null, null, true, null, 60),
                ConnectionStatus.PENDING);
        return Stream.of(
                presented,
                CapturedConnection.of(presented),
                new PresentedState(ID, "acme", "GitHub", null, null, "{}", null, null, 60, RETURN_URL, null));
    }

    @ParameterizedTest
    @MethodSource("records")
    void a_record_with_a_return_url_prints_only_its_id(Record withReturnUrl) {
        assertThat(withReturnUrl).hasToString(withReturnUrl.getClass().getSimpleName() + "[" + ID + "]");
    }

    @Test
    void a_request_prints_only_its_workspace_and_provider() {
        assertThat(new ConnectionRequest("w", "github", RETURN_URL, null, null))
                .hasToString("ConnectionRequest[w, github]");
    }
}
