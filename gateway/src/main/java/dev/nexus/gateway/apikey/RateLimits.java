package dev.nexus.gateway.apikey;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.gateway.apikey.ApiKeyEntry.Rate;
import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.RateLimiter;
import dev.nexus.runtime.Sha256;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets (Bucket4j). Each API key has a bucket with the rate of the key. For requests without a key, each client
 * address and each state has a bucket. The limits apply to each replica separately.
 */
@ApplicationScoped
class RateLimits implements RateLimiter {

    private static final int MAX_ANONYMOUS = 10_000;

    private final ApiKeys keys;
    private final Rate authRate;
    /** Has no size limit, because an evicted bucket would be full again. Only keys of the file have an entry. */
    private final Cache<BucketKey, Bucket> keyBuckets =
            cache().expireAfterAccess(Duration.ofHours(1)).build();

    private final Cache<BucketKey, Bucket> anonymousBuckets = cache().maximumSize(MAX_ANONYMOUS)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    RateLimits(ApiKeys keys, GatewayConfig config) {
        this.keys = keys;
        this.authRate =
                new Rate(config.authRate().perSecond(), config.authRate().burst());
    }

    /** Maintained in the thread of a request. Otherwise every few requests would wake a thread of the common pool. */
    private static Caffeine<Object, Object> cache() {
        return Caffeine.newBuilder().executor(Runnable::run);
    }

    /**
     * The key of a bucket. It contains the rate, so that a changed rate creates a new bucket. {@code toString} contains
     * only the kind.
     *
     * @param name the id of an API key, a client address, or the SHA-256 of a state, which is secret
     */
    private record BucketKey(String kind, String name, Rate rate) {

        @Override
        public String toString() {
            return "BucketKey[" + kind + "]";
        }
    }

    @Override
    public OptionalLong take(Caller caller) {
        return take(keyBuckets, new BucketKey("key", caller.id(), keys.rate(caller.id())));
    }

    @Override
    public OptionalLong take(String address, @Nullable String state) {
        OptionalLong byAddress = take(anonymousBuckets, new BucketKey("address", address, authRate));
        return byAddress.isPresent() || state == null
                ? byAddress
                : take(anonymousBuckets, new BucketKey("state", Sha256.hex(state), authRate));
    }

    private static OptionalLong take(Cache<BucketKey, Bucket> buckets, BucketKey key) {
        Bucket bucket = buckets.get(
                key,
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
