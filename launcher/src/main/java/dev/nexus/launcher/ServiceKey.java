package dev.nexus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/**
 * Creates the key pair of the service tokens: a private key for the Gateway, and a JWKS with the public key for the
 * Broker. Does nothing if the file with the private key exists.
 */
final class ServiceKey {

    private ServiceKey() {}

    static void create(Path privateFile, Path jwksFile) throws IOException {
        if (Files.exists(privateFile)) {
            return;
        }
        try {
            EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
            key.setKeyId("quickstart");
            Files.writeString(jwksFile, new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY));
            Files.createFile(
                    privateFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(privateFile, key.toJson(OutputControlLevel.INCLUDE_PRIVATE));
        } catch (JoseException failure) {
            throw new LauncherException("Cannot create the service key", failure);
        }
    }
}
