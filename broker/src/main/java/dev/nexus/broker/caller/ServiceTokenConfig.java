package dev.nexus.broker.caller;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** The keys that verify service tokens. */
@ConfigMapping(prefix = "nexus.broker")
interface ServiceTokenConfig {

    /**
     * A JWKS file (RFC 7517) with the Gateways' public EC P-256 keys, each with its kid. Reloaded within 2 s after a
     * change.
     */
    Path gatewayKeysFile();
}
