package dev.nexus.gateway.http;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Refuses to start if a setting is out of its range or unsafe. The error names the setting and its rule. */
@Startup
@ApplicationScoped
class GatewayAtStart {

    private static final long MIN_RATE = 1;
    private static final long MAX_RATE = 1_000_000;

    GatewayAtStart(GatewayConfig config) {
        checkRanges(config);
        checkPublicUrl(config.publicUrl(), ConfigUtils.isProfileActive("prod"));
    }

    /**
     * Checks the ranges without Hibernate Validator, unlike the Broker. The validator would make the start a third
     * longer and use 20 MB of memory.
     */
    static void checkRanges(GatewayConfig config) {
        List<String> problems = Stream.of(
                        range("auth-rate.per-second", config.authRate().perSecond(), MIN_RATE, MAX_RATE),
                        range("auth-rate.burst", config.authRate().burst(), MIN_RATE, MAX_RATE),
                        range("broker-timeout", config.brokerTimeout(), Duration.ofMillis(100), Duration.ofMinutes(1)),
                        range("provider-timeout", config.providerTimeout(), Duration.ZERO, Duration.ofMinutes(2)))
                .flatMap(Optional::stream)
                .toList();
        if (!problems.isEmpty()) {
            throw new IllegalStateException(String.join("; ", problems));
        }
    }

    private static <T extends Comparable<T>> Optional<String> range(String name, T value, T min, T max) {
        return value.compareTo(min) < 0 || value.compareTo(max) > 0
                ? Optional.of("nexus.gateway." + name + " must be between " + min + " and " + max)
                : Optional.empty();
    }

    static void checkPublicUrl(URI url, boolean production) {
        Origin origin = Origin.of(url)
                .orElseThrow(
                        () -> new IllegalStateException(
                                "nexus.gateway.public-url must be an absolute http or https URL, such as https://connect.example.com"));
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalStateException("nexus.gateway.public-url must not have a query or a fragment");
        }
        // Traffic within a machine needs no encryption (RFC 8252, 7.3). Browsers apply the same rule.
        if (production && !origin.scheme().equals("https") && !origin.isLoopback()) {
            throw new IllegalStateException("nexus.gateway.public-url must be https in production, unless its host is"
                    + " a loopback host, because auth_url contains a state");
        }
    }
}
