package dev.nexus.gateway.apikey;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.gateway.apikey.ApiKeyEntry.Rate;
import dev.nexus.gateway.web.GatewayConfig;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets (Bucket4j): one for each API key at its own rate, and for each client address and each state of those
 * who come without a key. They count in this replica alone.
 */
@ApplicationScoped
public class RateLimits {

    private static final int MAX_BUCKETS = 100_000;

    private final ApiKeys keys;
    private final Rate authRate;
    private final Cache<Who, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MAX_BUCKETS)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    RateLimits(ApiKeys keys, GatewayConfig config) {
        this.keys = keys;
        this.authRate =
                new Rate(config.authRate().perSecond(), config.authRate().burst());
    }

    /** Whose bucket; its rate is part of it, so that a changed rate begins a new one. */
    private record Who(String kind, String name, Rate rate) {

        @Override
        public String toString() {
            return "Who[" + kind + "]";
        }
    }

    /** Takes one request of {@code key}; the seconds to wait, at least 1, where there is none left. */
    public OptionalLong take(ApiKey key) {
        return take(new Who("key", key.id(), keys.rate(key)));
    }

    /** Takes one request of a caller without a key, by address and, where it presents one, by state. */
    public OptionalLong take(String address, @Nullable String state) {
        OptionalLong byAddress = take(new Who("address", address, authRate));
        return byAddress.isPresent() || state == null ? byAddress : take(new Who("state", state, authRate));
    }

    private OptionalLong take(Who who) {
        Bucket bucket = buckets.get(
                who,
                absent -> Bucket.builder()
                        .addLimit(Bandwidth.builder()
                                .capacity(absent.rate().burst())
                                .refillGreedy(absent.rate().perSecond(), Duration.ofSeconds(1))
                                .build())
                        .build());
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            return OptionalLong.empty();
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill() + 999_999_999);
        return OptionalLong.of(Math.max(1, seconds));
    }
}
