package dev.nexus.broker.outbound;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Requests to the hosts of providers and of webhook receivers. */
@ConfigMapping(prefix = "nexus.outbound")
interface OutboundConfig {

    /**
     * The HTTP proxy for verifications and webhooks: a host and a port, such as {@code proxy.example.com:3128}. The
     * Broker resolves the name of the target and checks its addresses as without a proxy. Then it asks the proxy to
     * connect to the checked address ({@code CONNECT}), so the proxy must allow addresses as targets. Default: none.
     */
    Optional<String> proxy();
}
