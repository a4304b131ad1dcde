package dev.nexus.broker.testing;

import static io.restassured.RestAssured.given;

import dev.nexus.broker.caller.Caller;
import dev.nexus.contracts.InternalHeaders;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** An HTTP request to the Broker with a valid service token of a Gateway. */
public final class BrokerRequest {

    private static final int SECONDS_VALID = 60;

    private BrokerRequest() {}

    public static RequestSpecification as(Caller caller, String... scopes) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(InternalHeaders.ISSUER);
        claims.setAudience(InternalHeaders.AUDIENCE);
        claims.setSubject(caller.keyId());
        claims.setIssuedAtToNow();
        NumericDate expiry = NumericDate.now();
        expiry.addSeconds(SECONDS_VALID);
        claims.setExpirationTime(expiry);
        claims.setStringListClaim("groups", List.of(scopes));
        claims.setStringClaim(InternalHeaders.CLAIM_KEY_ID, caller.keyId());
        claims.setStringClaim(InternalHeaders.CLAIM_TENANT, caller.tenant());
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("ES256");
        jws.setKeyIdHeaderValue(BrokerTestResource.GATEWAY.getKeyId());
        jws.setKey(BrokerTestResource.GATEWAY.getEcPrivateKey());
        jws.setPayload(claims.toJson());
        try {
            return given().header("Authorization", "Bearer " + jws.getCompactSerialization())
                    .header(InternalHeaders.REQUEST_ID, caller.requestId());
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
