package dev.nexus.e2e.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/** Creates service tokens with a Gateway's private key. */
public final class ServiceTokens {

    private static final float LIFETIME_MINUTES = 4;

    private ServiceTokens() {}

    /** Signs a token with the right to read acme's providers. */
    public static String signedBy(Path privateKey) throws IOException, JoseException {
        EllipticCurveJsonWebKey key = (EllipticCurveJsonWebKey) JsonWebKey.Factory.newJwk(Files.readString(privateKey));
        JwtClaims claims = new JwtClaims();
        claims.setIssuer("nexus-gateway");
        claims.setAudience("nexus-broker");
        claims.setSubject("acmeacmeacme");
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(LIFETIME_MINUTES);
        claims.setStringListClaim("groups", List.of("connections:read"));
        claims.setStringClaim("key_id", "acmeacmeacme");
        claims.setStringClaim("tenant", "acme");
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setKey(key.getPrivateKey());
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        return jws.getCompactSerialization();
    }
}
