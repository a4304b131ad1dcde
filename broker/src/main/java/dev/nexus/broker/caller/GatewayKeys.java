package dev.nexus.broker.caller;

import dev.nexus.runtime.InvalidFileException;
import dev.nexus.runtime.ReloadedFiles;
import dev.nexus.runtime.WatchedFile;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/**
 * The Gateways' public keys, from a JWKS file that is read again every two seconds. If the file becomes invalid, the
 * previous keys stay in use.
 */
@Startup
@ApplicationScoped
class GatewayKeys {

    private static final Logger LOG = Logger.getLogger(GatewayKeys.class);
    private static final String CURVE = "P-256";

    private final WatchedFile<Map<String, PublicKey>> keys;

    GatewayKeys(ServiceTokenConfig config, ReloadedFiles files) {
        this.keys = new WatchedFile<>(
                "nexus.broker.gateway-keys-file",
                "must name a JWKS file with the Gateway's public EC P-256 keys",
                config.gatewayKeysFile(),
                GatewayKeys::parse,
                files);
    }

    /** Returns the key with the id {@code kid}, if the file has it. */
    Optional<PublicKey> find(String kid) {
        return Optional.ofNullable(keys.value().get(kid));
    }

    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reload() {
        if (keys.reload()) {
            LOG.infof("The Gateway keys were read again: %s", keys.value().keySet());
        }
    }

    private static Map<String, PublicKey> parse(String json) throws InvalidFileException {
        Map<String, PublicKey> keys = new HashMap<>();
        try {
            for (JsonWebKey key : new JsonWebKeySet(json).getJsonWebKeys()) {
                keys.put(kid(key), publicKey(key));
            }
        } catch (JoseException malformed) {
            throw new InvalidFileException("it is not a JWKS");
        }
        if (keys.isEmpty()) {
            throw new InvalidFileException("it holds no key");
        }
        return Map.copyOf(keys);
    }

    private static String kid(JsonWebKey key) throws InvalidFileException {
        String kid = key.getKeyId();
        if (kid == null || kid.isBlank()) {
            throw new InvalidFileException("a key has no kid");
        }
        return kid;
    }

    private static PublicKey publicKey(JsonWebKey key) throws InvalidFileException {
        if (key instanceof EllipticCurveJsonWebKey curve && CURVE.equals(curve.getCurveName())) {
            if (curve.getPrivateKey() != null) {
                throw new InvalidFileException("it has a private key; give the Broker only the public key");
            }
            return curve.getECPublicKey();
        }
        throw new InvalidFileException("a key is not an EC P-256 key");
    }
}
