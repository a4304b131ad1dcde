package dev.nexus.broker.caller;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.TrustedGateway;
import dev.nexus.contracts.InternalHeaders;
import dev.nexus.contracts.Scope;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The Broker answers a Gateway that proves itself, and nobody else, whatever the network. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ServiceTokenTest {

    private static final String ROUTE = "/internal/v1/connections/" + UUID.randomUUID();

    @Inject
    ServiceTokenVerifier verifier;

    @Inject
    GatewayKeys keys;

    @ConfigProperty(name = "nexus.broker.gateway-keys-file")
    Path keysFile;

    /** What a token says; the rest is as it should be. */
    private record Says(@Nullable String tenant, List<String> scopes, String issuer, String audience, Instant expiry) {

        static Says asItShould(String... scopes) {
            return new Says(
                    "acme",
                    List.of(scopes),
                    InternalHeaders.ISSUER,
                    InternalHeaders.AUDIENCE,
                    Instant.now().plusSeconds(60));
        }

        Says of(@Nullable String other) {
            return new Says(other, scopes, issuer, audience, expiry);
        }

        JwtClaims claims() {
            JwtClaims claims = new JwtClaims();
            claims.setIssuer(issuer);
            claims.setAudience(audience);
            claims.setSubject("k");
            claims.setIssuedAtToNow();
            claims.setExpirationTime(NumericDate.fromMilliseconds(expiry.toEpochMilli()));
            claims.setStringListClaim("groups", scopes);
            claims.setStringClaim(InternalHeaders.CLAIM_KEY_ID, "k");
            if (tenant != null) {
                claims.setStringClaim(InternalHeaders.CLAIM_TENANT, tenant);
            }
            return claims;
        }
    }

    private static String signed(Says says, EllipticCurveJsonWebKey key) throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("ES256");
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setKey(key.getEcPrivateKey());
        jws.setPayload(says.claims().toJson());
        return jws.getCompactSerialization();
    }

    private static String good(String... scopes) throws JoseException {
        return signed(Says.asItShould(scopes), BrokerTestResource.GATEWAY);
    }

    private static Response get(String path, String token) {
        return given().header("Authorization", "Bearer " + token).get(path);
    }

    @Test
    void a_good_token_is_let_in() throws JoseException {
        get(ROUTE, good(Scope.CONNECTIONS_READ)).then().statusCode(404).body("error", equalTo("connection_not_found"));
    }

    @Test
    void everything_else_is_401_with_one_body() throws JoseException {
        EllipticCurveJsonWebKey ours = BrokerTestResource.GATEWAY;
        Says says = Says.asItShould(Scope.CONNECTIONS_READ);
        List<String> bad = List.of(
                "",
                "x",
                "a.b.c",
                signed(new Says("acme", says.scopes(), says.issuer(), "another", says.expiry()), ours),
                signed(new Says("acme", says.scopes(), "another", says.audience(), says.expiry()), ours),
                signed(
                        new Says(
                                "acme",
                                says.scopes(),
                                says.issuer(),
                                says.audience(),
                                Instant.now().minusSeconds(10)),
                        ours),
                signed(
                        new Says(
                                "acme",
                                says.scopes(),
                                says.issuer(),
                                says.audience(),
                                Instant.now().plusSeconds(3_600)),
                        ours),
                signed(says.of(null), ours),
                signed(says.of(" "), ours),
                signed(Says.asItShould(InternalHeaders.SCOPE_STATE_PRESENT), ours),
                signed(says, TrustedGateway.newKey("unknown")),
                signed(says, TrustedGateway.newKey(ours.getKeyId())),
                hmac(says, ours));

        String body = given().get(ROUTE).then().statusCode(401).extract().asString();
        assertThat(body).contains("\"unauthorized\"");
        for (String token : bad) {
            Response refused = get(ROUTE, token);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.asString()).isEqualTo(body);
        }
        assertThat(given().get("/internal/no-such-route").statusCode()).isEqualTo(401);
    }

    /** The public key as an HMAC secret: the classic confusion of algorithms. */
    private static String hmac(Says says, EllipticCurveJsonWebKey key) throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("HS256");
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setKey(new HmacKey(key.getPublicKey().getEncoded()));
        jws.setPayload(says.claims().toJson());
        return jws.getCompactSerialization();
    }

    @Test
    void a_scope_that_is_missing_is_403_and_a_presented_state_opens_the_state_routes_alone() throws JoseException {
        String presents =
                signed(Says.asItShould(InternalHeaders.SCOPE_STATE_PRESENT).of(null), BrokerTestResource.GATEWAY);

        get(ROUTE, good(Scope.TOKENS_READ)).then().statusCode(403).body("error", equalTo("forbidden"));
        get(ROUTE, presents).then().statusCode(403);
        get("/internal/v1/connections", presents).then().statusCode(403);
        post("/internal/v1/capture-schema", presents).then().statusCode(400).body("error", equalTo("invalid_state"));
        post("/internal/v1/presented-state", presents).then().statusCode(400).body("error", equalTo("invalid_state"));
        post("/internal/v1/presented-state", good(Scope.CONNECTIONS_WRITE))
                .then()
                .statusCode(403);
    }

    private static Response post(String route, String token) {
        return given().header("Authorization", "Bearer " + token)
                .contentType("application/json")
                .body("{\"state\":\"x\"}")
                .post(route);
    }

    @Test
    void a_thousand_requests_with_one_token_verify_one_signature() throws Exception {
        String token = good(Scope.CONNECTIONS_READ);
        long before = verifier.verifications();

        for (int i = 0; i < 1_000; i++) {
            verifier.parse(token, new JWTAuthContextInfo());
        }

        assertThat(verifier.verifications() - before).isEqualTo(1);
    }

    @Test
    void a_kid_that_leaves_the_file_drops_the_tokens_held_for_it_and_a_broken_file_changes_nothing() throws Exception {
        EllipticCurveJsonWebKey leaked = TrustedGateway.newKey("leaked");
        TrustedGateway.publish(keysFile, BrokerTestResource.GATEWAY, leaked);
        keys.reload();
        String token = signed(Says.asItShould(Scope.CONNECTIONS_READ), leaked);
        get(ROUTE, token).then().statusCode(404);

        Files.writeString(keysFile, "{\"keys\": oops");
        keys.reload();
        get(ROUTE, token).then().statusCode(404);
        TrustedGateway.publish(keysFile, BrokerTestResource.GATEWAY);
        keys.reload();

        get(ROUTE, token).then().statusCode(401);
        get(ROUTE, good(Scope.CONNECTIONS_READ)).then().statusCode(404);
    }
}
