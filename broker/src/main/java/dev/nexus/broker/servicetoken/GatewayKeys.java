package dev.nexus.broker.servicetoken;

import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * The Gateways' public keys, from a mounted JWKS file that is read again every two seconds, by content (Kubernetes swaps
 * symbolic links). A file that cannot be read keeps the former keys and is logged once.
 */
@Startup
@ApplicationScoped
public class GatewayKeys {

    private static final Logger LOG = Logger.getLogger(GatewayKeys.class);
    private static final String CURVE = "P-256";

    private final Path file;
    private volatile Map<String, PublicKey> keys;
    private volatile String content;

    GatewayKeys(ServiceTokenConfig config) {
        this.file = config.gatewayKeysFile();
        try {
            this.content = Files.readString(file);
            this.keys = parse(content);
        } catch (IOException | InvalidKeysException failure) {
            throw new IllegalStateException(
                    "nexus.broker.gateway-keys-file must name a JWKS file with the Gateway's public EC P-256 keys: "
                            + reason(failure),
                    failure);
        }
    }

    /** The key named {@code kid}, as long as the file holds it. */
    Optional<PublicKey> find(String kid) {
        return Optional.ofNullable(keys.get(kid));
    }

    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    synchronized void reread() {
        try {
            String now = Files.readString(file);
            if (!now.equals(content)) {
                content = now;
                keys = parse(now);
                LOG.infof("The Gateway keys were read again: %s", keys.keySet());
            }
        } catch (IOException | InvalidKeysException failure) {
            LOG.errorf("The new Gateway keys cannot be used, the former ones stay: %s", reason(failure));
        }
    }

    private static String reason(Exception failure) {
        return failure instanceof InvalidKeysException invalid
                ? String.valueOf(invalid.getMessage())
                : failure.getClass().getSimpleName();
    }

    private static Map<String, PublicKey> parse(String json) throws InvalidKeysException {
        Map<String, PublicKey> keys = new HashMap<>();
        try {
            for (JsonWebKey key : new JsonWebKeySet(json).getJsonWebKeys()) {
                keys.put(kid(key), publicKey(key));
            }
        } catch (JoseException malformed) {
            throw new InvalidKeysException("it is not a JWKS");
        }
        if (keys.isEmpty()) {
            throw new InvalidKeysException("it holds no key");
        }
        return Map.copyOf(keys);
    }

    private static String kid(JsonWebKey key) throws InvalidKeysException {
        String kid = key.getKeyId();
        if (kid == null || kid.isBlank()) {
            throw new InvalidKeysException("a key has no kid");
        }
        return kid;
    }

    private static PublicKey publicKey(JsonWebKey key) throws InvalidKeysException {
        if (key instanceof EllipticCurveJsonWebKey curve && CURVE.equals(curve.getCurveName())) {
            if (curve.getPrivateKey() != null) {
                throw new InvalidKeysException("it holds a private key; give the Broker the public half alone");
            }
            return curve.getECPublicKey();
        }
        throw new InvalidKeysException("a key is not an EC P-256 key");
    }

    /** What is wrong with a file, without its content. */
    private static final class InvalidKeysException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidKeysException(String message) {
            super(message);
        }
    }
}
