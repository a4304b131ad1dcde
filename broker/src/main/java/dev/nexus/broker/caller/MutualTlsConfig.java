package dev.nexus.broker.caller;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Which certificate is the Gateway's. */
@ConfigMapping(prefix = "nexus.broker")
interface MutualTlsConfig {

    /**
     * The DNS name or URI that must stand in the subjectAltName of the Gateway's certificate, such as `nexus-gateway` or
     * `spiffe://example.org/nexus/gateway`. Needed wherever `quarkus.http.tls-configuration-name` is given.
     */
    Optional<String> gatewayIdentity();
}
