package dev.nexus.runtime;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Adds histogram buckets to the timers of the SLOs (docs/operations/slo.md) and of the dashboard
 * (deploy/observability), so that replicas can be aggregated.
 */
class LatencyHistograms {

    private static final Set<String> MEASURED =
            Set.of("http.server.requests", "nexus.cipher.calls", "nexus.verification.calls");

    private static final double[] BOUNDS_NANOS = DoubleStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000)
            .map(millis -> millis * Duration.ofMillis(1).toNanos())
            .toArray();

    @Produces
    @Singleton
    MeterFilter histograms() {
        return new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return MEASURED.contains(id.getName())
                        ? DistributionStatisticConfig.builder()
                                .serviceLevelObjectives(BOUNDS_NANOS)
                                .build()
                                .merge(config)
                        : config;
            }
        };
    }
}
