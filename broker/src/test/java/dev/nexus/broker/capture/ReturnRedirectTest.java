package dev.nexus.broker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReturnRedirectTest {

    private static final UUID ID = UUID.fromString("018f3a1c-2d00-7000-8000-000000000000");

    @ParameterizedTest
    @CsvSource({
        "https://your-app.com/connections/callback,   https://your-app.com/connections/callback?@",
        "https://your-app.com,                        https://your-app.com?@",
        "https://your-app.com/,                       https://your-app.com/?@",
        "https://your-app.com/c?a=1,                  https://your-app.com/c?a=1&@",
        "https://your-app.com/c?a=1&,                 https://your-app.com/c?a=1&@",
        "https://your-app.com/c?,                     https://your-app.com/c?@",
        "https://your-app.com/c#done,                 https://your-app.com/c?@#done",
        "https://your-app.com/c?a=%2F+b#x?y=1,        https://your-app.com/c?a=%2F+b&@#x?y=1",
    })
    void the_outcome_is_added_to_the_query_and_the_rest_is_unchanged(String returnUrl, String expected) {
        assertThat(ReturnRedirect.success(returnUrl, ID))
                .isEqualTo(expected.replace("@", "status=success&connection_id=" + ID));
        assertThat(ReturnRedirect.error(returnUrl, "access_denied", ID))
                .isEqualTo(expected.replace("@", "status=error&error=access_denied&connection_id=" + ID));
    }
}
