package dev.nexus.gateway.apikey;

import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.Callers;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.runtime.ReloadedFiles;
import dev.nexus.runtime.WatchedFile;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The API keys of the mounted file. Reads the file again every two seconds, and keeps the previous keys while the file
 * is invalid.
 */
@Startup
@ApplicationScoped
class ApiKeys implements Callers {

    private static final Logger LOG = Logger.getLogger(ApiKeys.class);

    private final WatchedFile<Map<String, KnownKey>> keys;
    private final KnownKey dummy;

    ApiKeys(GatewayConfig config, MeterRegistry meters, ReloadedFiles files) {
        boolean httpLoopback = !ConfigUtils.isProfileActive("prod");
        this.dummy = dummy();
        this.keys = new WatchedFile<>(
                "nexus.gateway.api-keys-file",
                "must name a valid API keys file (see docs/guides/api-keys.md)",
                config.apiKeysFile(),
                yaml -> ApiKeysFile.parse(yaml, httpLoopback),
                files);
        Gauge.builder("nexus.api.keys.next.expiry.timestamp", this, ApiKeys::nextExpiry)
                .description("Unix time when the next valid API key expires; NaN if no key expires")
                .baseUnit("seconds")
                .register(meters);
    }

    private double nextExpiry() {
        Instant now = Instant.now();
        return keys.value().values().stream()
                .filter(key -> !key.revoked())
                .flatMap(key -> key.expiresAt().stream())
                .filter(now::isBefore)
                .min(Comparator.naturalOrder())
                .map(expiry -> (double) expiry.getEpochSecond())
                .orElse(Double.NaN);
    }

    /**
     * Creates a key that no caller has. A presented key with an unknown id is compared with it, so that the check takes
     * as long as for a known id.
     */
    private static KnownKey dummy() {
        return new KnownKey(
                new ApiKey("000000000000", "nobody", java.util.Set.of(), java.util.List.of()),
                io.vertx.core.buffer.Buffer.buffer(
                        PresentedKey.mint(new SecureRandom()).sha256()),
                ApiKeyEntry.Rate.DEFAULT,
                Optional.empty(),
                true);
    }

    @Override
    public Optional<Caller> find(String key) {
        return PresentedKey.parse(key).flatMap(presented -> {
            KnownKey known = keys.value().getOrDefault(presented.id(), dummy);
            return known.admits(presented, Instant.now()) ? Optional.of(known.key()) : Optional.empty();
        });
    }

    /** The rate of the key {@code id}, or the default if the key has been removed from the file. */
    ApiKeyEntry.Rate rate(String id) {
        return keys.value().getOrDefault(id, dummy).rate();
    }

    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reload() {
        if (keys.reload()) {
            LOG.infof("The API keys were read again: keys=%d", keys.value().size());
        }
    }
}
