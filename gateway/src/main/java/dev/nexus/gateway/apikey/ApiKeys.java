package dev.nexus.gateway.apikey;

import dev.nexus.gateway.apikey.ApiKeysFile.InvalidFileException;
import dev.nexus.gateway.web.GatewayConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The keys that may call, held from the mounted file and read again every two seconds by content (Kubernetes swaps
 * symbolic links). A new file that cannot be read keeps the former keys, is logged once, and shows as degraded.
 */
@Startup
@ApplicationScoped
public class ApiKeys {

    private static final Logger LOG = Logger.getLogger(ApiKeys.class);

    private final Path file;
    private final boolean httpLoopback;
    private final KnownKey nobody;
    private volatile Map<String, KnownKey> keys;
    private volatile String lastSeen;
    private volatile boolean degraded;

    ApiKeys(GatewayConfig config, MeterRegistry meters) {
        this.file = config.apiKeysFile();
        this.httpLoopback = !ConfigUtils.isProfileActive("prod");
        this.nobody = nobody();
        try {
            this.lastSeen = Files.readString(file);
            this.keys = ApiKeysFile.parse(lastSeen, httpLoopback);
        } catch (IOException | InvalidFileException failure) {
            throw new IllegalStateException(
                    "nexus.gateway.api-keys-file must name a file of API keys (see mint-key): " + reason(failure),
                    failure);
        }
        Gauge.builder("nexus.api.keys.next.expiry.timestamp", this, ApiKeys::nextExpiry)
                .description("When the next of the API keys that are good expires, in Unix time; NaN where none does")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("nexus.api.keys.degraded", this, self -> self.degraded ? 1 : 0)
                .description("1 while the file of API keys cannot be read, and former keys stand in")
                .register(meters);
    }

    private double nextExpiry() {
        Instant now = Instant.now();
        return keys.values().stream()
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
            KnownKey known = keys.getOrDefault(presented.id(), nobody);
            return known.admits(presented, Instant.now()) ? Optional.of(known.key()) : Optional.empty();
        });
    }

    ApiKeyEntry.Rate rate(ApiKey key) {
        return keys.getOrDefault(key.id(), nobody).rate();
    }

    /** Whether the file's newest content could not be used. */
    boolean isDegraded() {
        return degraded;
    }

    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reread() {
        String now = "";
        try {
            now = Files.readString(file);
            if (now.equals(lastSeen)) {
                return;
            }
            keys = ApiKeysFile.parse(now, httpLoopback);
            degraded = false;
            LOG.infof("The API keys were read again: %d", keys.size());
        } catch (IOException | InvalidFileException failure) {
            if (!degraded || !now.equals(lastSeen)) {
                LOG.errorf("The new API keys file cannot be used, the former keys stay: %s", reason(failure));
            }
            degraded = true;
        }
        lastSeen = now;
    }

    private static String reason(Exception failure) {
        return failure instanceof InvalidFileException invalid
                ? String.valueOf(invalid.getMessage())
                : failure.getClass().getSimpleName();
    }
}
