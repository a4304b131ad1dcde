package dev.nexus.e2e.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.testsupport.Promise;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The life of a state token: single use, expiry, revocation and tampering. */
@ExtendWith(NexusExtension.class)
public class StateIT {

    private final Backend acme = NexusExtension.acme();

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    @Test
    @Promise(22)
    void used_state_is_rejected_with_409_on_both_routes() {
        Begun begun = acme.begin(Backend.workspace());
        acme.captureKey(begun.state(), "first").then().statusCode(200);

        acme.captureKey(begun.state(), "second").then().statusCode(409).body("error", equalTo("state_used"));
        acme.schema(begun.state()).then().statusCode(409).body("error", equalTo("state_used"));

        acme.token(begun.id()).then().body("credentials.api_key", equalTo("first"));
    }

    @Test
    @Promise({9, 22})
    void expired_state_is_rejected_with_410_and_the_connection_is_expired() {
        Begun begun = acme.begin(Backend.workspace());
        NexusExtension.sql("update connection set expires_at = now() where id = '" + begun.id() + "'");

        acme.captureKey(begun.state(), "late").then().statusCode(410).body("error", equalTo("state_expired"));
        acme.schema(begun.state()).then().statusCode(410).body("error", equalTo("state_expired"));
        acme.check(begun.id()).then().statusCode(200).body("status", equalTo("expired"));
        acme.token(begun.id()).then().statusCode(409).body("error", equalTo("connection_not_active"));
    }

    @Test
    @Promise(22)
    void state_of_a_revoked_connection_is_rejected_with_409() {
        Begun begun = acme.begin(Backend.workspace());
        acme.revoke(begun.id()).then().statusCode(204);
        acme.revoke(begun.id()).then().statusCode(204);

        acme.captureKey(begun.state(), "k").then().statusCode(409).body("error", equalTo("connection_not_active"));
    }

    @Test
    @Promise(21)
    void each_tampered_state_is_rejected_with_the_same_400_and_changes_nothing() {
        Begun begun = acme.begin(Backend.workspace());

        Set<String> bodies = new HashSet<>();
        for (String tampered : tampered(begun.state())) {
            Response schema = acme.schema(tampered);
            Response capture = acme.captureKey(tampered, "stolen");
            assertThat(schema.statusCode()).isEqualTo(400);
            assertThat(capture.statusCode()).isEqualTo(400);
            bodies.add(schema.asString());
            bodies.add(capture.asString());
        }

        assertThat(bodies).hasSize(1);
        assertThat(bodies.iterator().next()).contains("\"invalid_state\"");
        acme.check(begun.id()).then().body("status", equalTo("pending"));
        acme.captureKey(begun.state(), "k").then().statusCode(200);
    }

    private static List<String> tampered(String state) {
        List<String> segments = List.of(state.split("\\.", -1));
        assertThat(segments).hasSize(3);
        List<String> tampered = new ArrayList<>();
        for (int segment = 0; segment < 3; segment++) {
            // Changes fewer characters of the header, because an unknown key id makes the Broker read its keys.
            for (int at = 0; at < segments.get(segment).length(); at += segment == 0 ? 15 : 5) {
                tampered.add(with(segments, segment, flipped(segments.get(segment), at)));
            }
            for (String junk : List.of("=", "!", "*", "%20")) {
                tampered.add(with(segments, segment, segments.get(segment) + junk));
            }
            tampered.add(with(segments, segment, ""));
        }
        tampered.add(with(segments, 2, spareBits(segments.get(2))));
        for (String algorithm : List.of("none", "None", "HS384", "HS512", "RS256", "ES256")) {
            tampered.add(with(segments, 0, withAlgorithm(segments.get(0), algorithm)));
        }
        tampered.add(withAlgorithm(segments.get(0), "none") + "." + segments.get(1) + ".");
        tampered.add(segments.get(0) + "." + segments.get(1));
        tampered.add(state + "." + segments.get(2));
        tampered.add("x");
        return tampered;
    }

    private static String with(List<String> segments, int segment, String value) {
        List<String> copy = new ArrayList<>(segments);
        copy.set(segment, value);
        return String.join(".", copy);
    }

    private static String flipped(String segment, int at) {
        int sextet = ALPHABET.indexOf(segment.charAt(at)) ^ 0b100000;
        return segment.substring(0, at) + ALPHABET.charAt(sextet) + segment.substring(at + 1);
    }

    /** Returns another encoding of the same signature: the last of the 43 characters has two spare bits. */
    private static String spareBits(String signature) {
        int last = ALPHABET.indexOf(signature.charAt(signature.length() - 1));
        String other = signature.substring(0, signature.length() - 1) + ALPHABET.charAt(last ^ 0b1);
        assertThat(Base64.getUrlDecoder().decode(other))
                .isEqualTo(Base64.getUrlDecoder().decode(signature));
        return other;
    }

    private static String withAlgorithm(String header, String algorithm) {
        String json = new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8);
        assertThat(json).contains("\"HS256\"");
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        json.replace("\"HS256\"", "\"" + algorithm + "\"").getBytes(StandardCharsets.UTF_8));
    }
}
