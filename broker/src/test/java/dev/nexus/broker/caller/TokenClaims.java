package dev.nexus.broker.caller;

import dev.nexus.contracts.InternalHeaders;
import java.time.Instant;
import java.util.List;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The claims of a service token that the tests change. All other claims are valid. */
record TokenClaims(@Nullable String tenant, List<String> scopes, String issuer, String audience, Instant expiry) {

    static TokenClaims valid(String... scopes) {
        return new TokenClaims(
                "acme",
                List.of(scopes),
                InternalHeaders.ISSUER,
                InternalHeaders.AUDIENCE,
                Instant.now().plusSeconds(60));
    }

    TokenClaims withTenant(@Nullable String other) {
        return new TokenClaims(other, scopes, issuer, audience, expiry);
    }

    TokenClaims withScopes(List<String> others) {
        return new TokenClaims(tenant, others, issuer, audience, expiry);
    }

    TokenClaims withIssuer(String other) {
        return new TokenClaims(tenant, scopes, other, audience, expiry);
    }

    TokenClaims withAudience(String other) {
        return new TokenClaims(tenant, scopes, issuer, other, expiry);
    }

    TokenClaims withExpiry(Instant other) {
        return new TokenClaims(tenant, scopes, issuer, audience, other);
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

    static String signed(TokenClaims token, EllipticCurveJsonWebKey key) throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("ES256");
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setKey(key.getEcPrivateKey());
        jws.setPayload(token.claims().toJson());
        return jws.getCompactSerialization();
    }

    /** Signs with the public key as an HMAC secret: the classic algorithm confusion attack. */
    static String hmac(TokenClaims token, EllipticCurveJsonWebKey key) throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("HS256");
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setKey(new HmacKey(key.getPublicKey().getEncoded()));
        jws.setPayload(token.claims().toJson());
        return jws.getCompactSerialization();
    }
}
