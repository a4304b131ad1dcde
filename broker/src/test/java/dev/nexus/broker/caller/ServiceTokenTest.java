package dev.nexus.broker.caller;

import static dev.nexus.broker.caller.TokenClaims.hmac;
import static dev.nexus.broker.caller.TokenClaims.signed;
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
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

/** The Broker accepts only a Gateway with a valid service token, on any network. */
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

    private static String validToken(String... scopes) throws JoseException {
        return signed(TokenClaims.valid(scopes), BrokerTestResource.GATEWAY);
    }

    private static Response get(String path, String token) {
        return given().header("Authorization", "Bearer " + token).get(path);
    }

    @Test
    void a_valid_token_is_accepted() throws JoseException {
        get(ROUTE, validToken(Scope.CONNECTIONS_READ))
                .then()
                .statusCode(404)
                .body("error", equalTo("connection_not_found"));
    }

    @Test
    void each_invalid_token_gets_the_same_401() throws JoseException {
        EllipticCurveJsonWebKey gatewayKey = BrokerTestResource.GATEWAY;
        TokenClaims valid = TokenClaims.valid(Scope.CONNECTIONS_READ);
        List<String> invalidTokens = List.of(
                "",
                "x",
                "a.b.c",
                signed(valid.withAudience("another"), gatewayKey),
                signed(valid.withIssuer("another"), gatewayKey),
                signed(valid.withExpiry(Instant.now().minusSeconds(10)), gatewayKey),
                signed(valid.withExpiry(Instant.now().plusSeconds(3_600)), gatewayKey),
                signed(valid.withScopes(Collections.singletonList(null)), gatewayKey),
                signed(valid.withTenant(null), gatewayKey),
                signed(valid.withTenant(" "), gatewayKey),
                signed(TokenClaims.valid(InternalHeaders.SCOPE_STATE_PRESENT), gatewayKey),
                signed(valid, TrustedGateway.newKey("unknown")),
                signed(valid, TrustedGateway.newKey(gatewayKey.getKeyId())),
                hmac(valid, gatewayKey));

        String body = given().get(ROUTE).then().statusCode(401).extract().asString();
        assertThat(body).contains("\"unauthorized\"");
        for (String token : invalidTokens) {
            Response refused = get(ROUTE, token);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.asString()).isEqualTo(body);
        }
        assertThat(given().get("/internal/no-such-route").statusCode()).isEqualTo(401);
    }

    @Test
    void a_missing_scope_is_403_and_a_presented_state_grants_only_the_state_routes() throws JoseException {
        String presents = signed(
                TokenClaims.valid(InternalHeaders.SCOPE_STATE_PRESENT).withTenant(null), BrokerTestResource.GATEWAY);

        get(ROUTE, validToken(Scope.TOKENS_READ)).then().statusCode(403).body("error", equalTo("forbidden"));
        get(ROUTE, presents).then().statusCode(403);
        get("/internal/v1/connections", presents).then().statusCode(403);
        post("/internal/v1/capture-schema", presents).then().statusCode(400).body("error", equalTo("invalid_state"));
        post("/internal/v1/presented-state", presents).then().statusCode(400).body("error", equalTo("invalid_state"));
        post("/internal/v1/presented-state", validToken(Scope.CONNECTIONS_WRITE))
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
        String token = validToken(Scope.CONNECTIONS_READ);
        long before = verifier.verifications();

        for (int i = 0; i < 1_000; i++) {
            verifier.parse(token, new JWTAuthContextInfo());
        }

        assertThat(verifier.verifications() - before).isEqualTo(1);
    }

    @Test
    void removing_a_key_drops_its_cached_tokens_and_a_malformed_file_changes_nothing() throws Exception {
        EllipticCurveJsonWebKey leaked = TrustedGateway.newKey("leaked");
        TrustedGateway.publish(keysFile, BrokerTestResource.GATEWAY, leaked);
        keys.reload();
        String token = signed(TokenClaims.valid(Scope.CONNECTIONS_READ), leaked);
        get(ROUTE, token).then().statusCode(404);

        Files.writeString(keysFile, "{\"keys\": oops");
        keys.reload();
        get(ROUTE, token).then().statusCode(404);
        TrustedGateway.publish(keysFile, BrokerTestResource.GATEWAY);
        keys.reload();

        get(ROUTE, token).then().statusCode(401);
        get(ROUTE, validToken(Scope.CONNECTIONS_READ)).then().statusCode(404);
    }
}
