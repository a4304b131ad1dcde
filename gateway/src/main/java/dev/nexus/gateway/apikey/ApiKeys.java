package dev.nexus.gateway.apikey;

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

/** The API keys of the mounted file, which is reloaded every two seconds. An invalid file keeps the previous keys. */
@Startup
@ApplicationScoped
class ApiKeys {

    private static final Logger LOG = Logger.getLogger(ApiKeys.class);

    private final WatchedFile<Map<String, KnownKey>> keys;
    private final KnownKey nobody;

    ApiKeys(GatewayConfig config, MeterRegistry meters, ReloadedFiles files) {
        boolean httpLoopback = !ConfigUtils.isProfileActive("prod");
        this.nobody = nobody();
        this.keys = new WatchedFile<>(
                "nexus.gateway.api-keys-file",
                "must name a file of API keys (see docs/guides/api-keys.md)",
                config.apiKeysFile(),
                yaml -> ApiKeysFile.parse(yaml, httpLoopback),
                files);
        Gauge.builder("nexus.api.keys.next.expiry.timestamp", this, ApiKeys::nextExpiry)
                .description("When the next valid API key expires, in Unix time; NaN if none does")
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

    /** Somebody to compare an unknown id with, so that it takes as long as a known one. */
    private static KnownKey nobody() {
        return new KnownKey(
                new ApiKey("000000000000", "nobody", java.util.Set.of(), java.util.List.of()),
                io.vertx.core.buffer.Buffer.buffer(
                        PresentedKey.mint(new SecureRandom()).sha256()),
                ApiKeyEntry.Rate.DEFAULT,
                Optional.empty(),
                true);
    }

    /** Who presents {@code text}; empty where it is malformed, unknown, revoked or expired. */
    Optional<ApiKey> find(String text) {
        return PresentedKey.parse(text).flatMap(presented -> {
            KnownKey known = keys.value().getOrDefault(presented.id(), nobody);
            return known.admits(presented, Instant.now()) ? Optional.of(known.key()) : Optional.empty();
        });
    }

    ApiKeyEntry.Rate rate(String id) {
        return keys.value().getOrDefault(id, nobody).rate();
    }

    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reload() {
        if (keys.reload()) {
            LOG.infof("The API keys were read again: %d", keys.value().size());
        }
    }
}
