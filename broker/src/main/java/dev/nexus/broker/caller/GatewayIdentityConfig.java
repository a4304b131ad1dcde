package dev.nexus.broker.caller;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The identity of the Gateway. */
@ConfigMapping(prefix = "nexus.broker")
interface GatewayIdentityConfig {

    /**
     * The DNS name or URI in the subjectAltName of the Gateway's certificate, such as `nexus-gateway` or
     * `spiffe://example.org/nexus/gateway`. Required if `quarkus.http.tls-configuration-name` is set.
     */
    Optional<String> gatewayIdentity();
}
