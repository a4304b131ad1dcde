package dev.nexus.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.testsupport.Promise;
import io.restassured.response.Response;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Accepted and rejected return URLs for a key with the origins https://your-app.com and http loopback on port 3000.
 */
@ExtendWith(NexusExtension.class)
public class ReturnUrlIT {

    private final Backend acme = NexusExtension.acme();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://your-app.com.evil.example/c",
                "https://evil-your-app.com/c",
                "https://your-app.com@evil.example/c",
                "https://user:pw@your-app.com/c",
                "https://@your-app.com/c",
                "https://your-app.com\\u0040evil.example/c",
                "https://your-app.com\\\\@evil.example/c",
                "https://evil.example\\\\.your-app.com/c",
                "https:\\\\\\\\your-app.com/c",
                "//your-app.com/c",
                "///your-app.com/c",
                "https:/your-app.com/c",
                "https:your-app.com/c",
                "https:///your-app.com/c",
                "javascript:alert(1)",
                "javascript://your-app.com/%0aalert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "ftp://your-app.com/c",
                "http://your-app.com/c",
                "HTTP://your-app.com/c",
                "https://your-app.com:444/c",
                "https://your-app.com:0/c",
                "https://your-app.com:99999/c",
                "https://your-app.com:/c",
                "https://your-app.com:0443/c",
                "https://your-app.com./c",
                "https://sub.your-app.com/c",
                "https://your-app.co/c",
                "https://yоur-app.com/c",
                "https://xn--yur-app-9cd.com/c",
                "https://your%2dapp.com/c",
                "https://your-app.com%2eevil.example/c",
                "https://your-app.com%00.evil.example/c",
                "https://[::1]/c",
                "https://127.0.0.1/c",
                "http://127.0.0.1:3001/c",
                "http://localhost.evil.example:3000/c",
                "https://your-app.com/c d",
                "https://your-app.com/c\\r\\nSet-Cookie: a=b",
                "https://your-app.com/c\\u0000",
                "https://your-app.com/\\tc",
                " https://your-app.com/c",
                "https://your-app.com/c ",
                "https://your-app.com/c?status=success",
                "https://your-app.com/c?a=1&connection_id=2",
                "https://your-app.com/c?error=x",
                "https://your-app.com/c?%73tatus=success",
                "https://your-app.com/c?a=1;status=x",
                "https://your-app.com/c?a=%zz",
                "/c",
                "c",
                "?a=1",
                "#f",
                "",
                "https://",
                "https://?a=1",
            })
    @Promise(25)
    void invalid_return_url_is_rejected_and_not_returned(String json) {
        Response refused = acme.post(
                "/v1/request-connection",
                "{\"workspace_id\":\"w\",\"provider_id\":\"api-key\",\"return_url\":\"" + json + "\"}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.<String>path("error")).isIn("invalid_request", "return_url_not_allowed");
        assertThat(refused.asString()).doesNotContain("evil").doesNotContain("Set-Cookie");
    }

    @ParameterizedTest
    @CsvSource({
        "https://your-app.com/c,                 https://your-app.com/c?@",
        "https://your-app.com,                   https://your-app.com?@",
        "https://your-app.com:443/c,             https://your-app.com:443/c?@",
        "HTTPS://Your-App.COM/C,                 HTTPS://Your-App.COM/C?@",
        "https://your-app.com/c?x=1,             https://your-app.com/c?x=1&@",
        "https://your-app.com/c?x=%2Fa+b&y,      https://your-app.com/c?x=%2Fa+b&y&@",
        "https://your-app.com/c?,                https://your-app.com/c?@",
        "https://your-app.com/c#done,            https://your-app.com/c?@#done",
        "https://your-app.com/c?x=1#a?status=2,  https://your-app.com/c?x=1&@#a?status=2",
        "https://your-app.com//evil.example,     https://your-app.com//evil.example?@",
        "https://your-app.com/..%2f..,           https://your-app.com/..%2f..?@",
        "http://127.0.0.1:3000/c,                http://127.0.0.1:3000/c?@",
        "http://localhost:3000/c,                http://localhost:3000/c?@",
    })
    @Promise(25)
    void valid_return_url_gets_the_outcome_before_its_fragment(String returnUrl, String expected) {
        Begun begun = Backend.begun(acme.request(Backend.workspace(), "api-key", returnUrl));

        Response captured = acme.captureKey(begun.state(), "k");

        assertThat(captured.<String>path("redirect_url"))
                .isEqualTo(expected.replace("@", "status=success&connection_id=" + begun.id()));
    }
}
