package dev.nexus.gateway.http;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;

/** Refuses to start with settings that would be unsafe, naming the setting and the cure. */
@Startup
@ApplicationScoped
class GatewayAtStart {

    GatewayAtStart(GatewayConfig config) {
        checkPublicUrl(config.publicUrl(), ConfigUtils.isProfileActive("prod"));
        if (config.authRate().perSecond() < 1 || config.authRate().burst() < 1) {
            throw new IllegalStateException("nexus.gateway.auth-rate.per-second and .burst must be at least 1");
        }
    }

    static void checkPublicUrl(URI url, boolean production) {
        Origin origin = Origin.of(url)
                .orElseThrow(
                        () -> new IllegalStateException(
                                "nexus.gateway.public-url must be an absolute http or https URL, such as https://connect.example.com"));
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalStateException("nexus.gateway.public-url must have no query and no fragment");
        }
        // What stays on the machine needs no encryption: RFC 8252, 7.3; browsers hold it so too.
        if (production && !origin.scheme().equals("https") && !origin.isLoopback()) {
            throw new IllegalStateException("nexus.gateway.public-url must be https in production, unless its host is"
                    + " this machine: auth_url carries a state in it");
        }
    }
}
