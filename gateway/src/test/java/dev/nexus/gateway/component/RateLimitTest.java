package dev.nexus.gateway.component;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.benmanes.caffeine.cache.Cache;
import dev.nexus.gateway.http.RateLimiter;
import dev.nexus.testsupport.Promise;
import io.quarkus.arc.ClientProxy;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test uses its own addresses and states, because the buckets outlive a test. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class RateLimitTest {

    /** More than the burst, even if a bucket refills on a slow machine. */
    private static final int ATTEMPTS = 20 * StubbedBroker.AUTH_BURST;

    @Inject
    RateLimiter rates;

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
    }

    @Test
    void key_beyond_its_rate_is_limited_and_another_key_is_not() {
        Response limited = sendUntilLimited(i -> withKey(StubbedBroker.slowKey(), "/v1/providers"));

        assertLimited(limited);
        assertThat(withKey(StubbedBroker.apiKey(), "/v1/providers").statusCode())
                .as("another key")
                .isEqualTo(200);
    }

    @Test
    void all_routes_share_the_rate_of_a_key() {
        sendUntilLimited(i -> withKey(StubbedBroker.slowKey(), "/v1/providers"));

        Response limited = sendUntilLimited(
                i -> withKey(StubbedBroker.slowKey(), i % 2 == 0 ? "/v1/connections" : "/v1/check-connection/a"));

        assertLimited(limited);
    }

    @Test
    void address_beyond_its_burst_is_limited() {
        for (int i = 0; i < StubbedBroker.AUTH_BURST; i++) {
            assertThat(present("203.0.113.10", "burst-" + i).statusCode()).isEqualTo(200);
        }

        Response limited = sendUntilLimited(i -> present("203.0.113.10", "after-" + i));

        assertLimited(limited);
        assertThat(present("203.0.113.11", "other").statusCode())
                .as("another address")
                .isEqualTo(200);
    }

    @Test
    void the_addresses_of_one_IPv6_subscriber_share_a_rate() {
        Response limited = sendUntilLimited(i -> present("2001:db8:1:2::" + Integer.toHexString(i + 1), "v6-" + i));

        assertLimited(limited);
        assertThat(present("2001:db8:1:3::1", "v6-other").statusCode())
                .as("another /64")
                .isEqualTo(200);
    }

    @Test
    void state_has_one_burst_for_all_addresses() {
        Response limited =
                sendUntilLimited(i -> present("100.64." + i / 250 + "." + (i % 250 + 1), "one-state-of-many-callers"));

        assertLimited(limited);
        assertThat(present("100.65.0.1", "another-state").statusCode())
                .as("another state")
                .isEqualTo(200);
    }

    @Test
    void the_limits_hold_a_digest_of_the_state_and_not_the_state() throws Exception {
        present("203.0.113.40", "secret-state");

        List<String> names = bucketNames();

        assertThat(names).anySatisfy(name -> assertThat(name).hasSize(64)).noneMatch(name -> name.contains("secret"));
    }

    /** The names of the buckets of requests without an API key. */
    private List<String> bucketNames() throws ReflectiveOperationException {
        Object limits = ClientProxy.unwrap(rates);
        Field field = limits.getClass().getDeclaredField("anonymousBuckets");
        field.setAccessible(true);
        List<String> names = new ArrayList<>();
        for (Object key : ((Cache<?, ?>) field.get(limits)).asMap().keySet()) {
            Method name = key.getClass().getDeclaredMethod("name");
            name.setAccessible(true);
            names.add((String) name.invoke(key));
        }
        return names;
    }

    @Test
    void a_caller_without_a_key_is_unauthorized_and_never_limited_on_the_API() {
        sendUntilLimited(i -> present("203.0.113.20", "exhausted-" + i));

        Response refused = given().header("X-Forwarded-For", "203.0.113.20").get("/v1/providers");

        assertThat(refused.statusCode()).isEqualTo(401);
    }

    @Test
    void the_page_assets_have_no_rate_limit() {
        sendUntilLimited(i -> present("203.0.113.30", "assets-" + i));

        Response asset = given().header("X-Forwarded-For", "203.0.113.30").get("/auth/assets/page.css");

        assertThat(asset.statusCode()).isEqualTo(200);
    }

    @Test
    @Promise(26)
    void rate_of_an_untrusted_peer_ignores_X_Forwarded_For() throws IOException {
        assumeTrue(RawHttp.canSendFromUntrusted(), "this system has no address " + RawHttp.UNTRUSTED);
        String answer = "";

        for (int i = 0; i < ATTEMPTS && !answer.startsWith("HTTP/1.1 429"); i++) {
            answer = RawHttp.sendFromUntrusted("GET /auth/capture-schema?state=untrusted-" + i
                    + " HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: 203.0.114." + i % 250
                    + "\r\nConnection: close\r\n\r\n");
        }

        RawHttp.assertRefused(answer, 429, "rate_limited");
        assertThat(answer).containsIgnoringCase("\r\nRetry-After: 1\r\n");
    }

    private static Response sendUntilLimited(IntFunction<Response> request) {
        Response answer = request.apply(0);
        for (int i = 1; i < ATTEMPTS && answer.statusCode() != 429; i++) {
            answer = request.apply(i);
        }
        return answer;
    }

    private static void assertLimited(Response limited) {
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.path("error").toString()).isEqualTo("rate_limited");
        assertThat(limited.header("Retry-After")).as("one request per second").isEqualTo("1");
    }

    private static Response withKey(String key, String path) {
        return given().header("X-API-Key", key).get(path);
    }

    private static Response present(String address, String state) {
        return given().header("X-Forwarded-For", address).get("/auth/capture-schema?state=" + state);
    }
}
