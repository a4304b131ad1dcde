package dev.nexus.gateway.apikey;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.gateway.apikey.ApiKeyEntry.Rate;
import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.RateLimiter;
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
class RateLimits implements RateLimiter {

    private static final int MAX_STRANGERS = 10_000;
    private static final int MAX_STATE = 2_048;

    private final ApiKeys keys;
    private final Rate authRate;
    /** As many as the file has keys: strangers cannot push one out, which would fill it again. */
    private final Cache<Who, Bucket> ofKeys =
            Caffeine.newBuilder().expireAfterAccess(Duration.ofHours(1)).build();

    private final Cache<Who, Bucket> ofStrangers = Caffeine.newBuilder()
            .maximumSize(MAX_STRANGERS)
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

    @Override
    public OptionalLong take(Caller caller) {
        return take(ofKeys, new Who("key", caller.getName(), keys.rate(caller.getName())));
    }

    @Override
    public OptionalLong take(String address, @Nullable String state) {
        OptionalLong byAddress = take(ofStrangers, new Who("address", address, authRate));
        return byAddress.isPresent() || state == null || state.length() > MAX_STATE
                ? byAddress
                : take(ofStrangers, new Who("state", state, authRate));
    }

    private static OptionalLong take(Cache<Who, Bucket> buckets, Who who) {
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
