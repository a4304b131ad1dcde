package dev.nexus.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.broker.testing.Quotas;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The choice of the requests that count, and the number of connections by which a tenant can exceed its quota. */
class PendingQuotaTest {

    private static final int LIMIT = 1_000;
    private static final int SHARE = 10;

    private final PendingQuota quota = quota(LIMIT);

    private static PendingQuota quota(int limit) {
        return new PendingQuota(Quotas.LARGE.withPendingConnections(limit));
    }

    private PendingQuota.Count counting() {
        return quota.take("acme").orElseThrow();
    }

    /** Uses up the share, and returns its number of requests. It is used up when two successive requests must count. */
    private int uncounted() {
        int begun = 0;
        boolean previousCounts = false;
        while (true) {
            boolean counts = quota.take("acme").isPresent();
            if (counts && previousCounts) {
                return begun - 1;
            }
            previousCounts = counts;
            begun++;
        }
    }

    @Test
    void the_first_request_counts_and_then_one_in_each_half_share() {
        counting().complete(0);

        List<Boolean> counts = new ArrayList<>();
        for (int i = 0; i < 3 * SHARE; i++) {
            Optional<PendingQuota.Count> count = quota.take("acme");
            count.ifPresent(made -> made.complete(0));
            counts.add(count.isPresent());
        }

        assertThat(counts)
                .isEqualTo(IntStream.range(0, 3 * SHARE)
                        .mapToObj(i -> i % (SHARE / 2) == SHARE / 2 - 1)
                        .toList());
    }

    @Test
    void counts_that_run_at_the_same_time_or_return_late_do_not_add_up_to_more_than_one_share() {
        PendingQuota.Count first = counting();
        PendingQuota.Count second = counting();
        PendingQuota.Count late = counting();
        first.complete(0);
        second.complete(0);

        int begun = uncounted();
        late.complete(0);

        assertThat(begun + uncounted()).isEqualTo(SHARE);
    }

    @Test
    void tenants_have_separate_shares() {
        counting().complete(0);

        assertThat(quota.take("globex")).isPresent();
    }

    @Test
    void a_count_that_finds_the_limit_refuses_this_and_the_next_requests() {
        PendingQuota.Count full = counting();

        ApiException refused = catchThrowableOfType(ApiException.class, () -> full.complete(LIMIT));

        assertThat(refused.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(refused).hasMessageContaining("quota pending_connections");
        assertThat(refused.body().details())
                .containsExactly(new Detail("", "pending_connections", "must be at most " + LIMIT));
        assertThatThrownBy(() -> quota.take("acme")).isInstanceOf(ApiException.class);
        assertThat(quota.take("globex")).as("another tenant").isPresent();
    }

    private static final int RUNNING = 40;

    /** A request of the simulation. {@code found} is the number of pending connections that its count finds. */
    private static final class Request {
        private final Optional<PendingQuota.Count> count;
        private boolean executed;
        private int found;

        private Request(Optional<PendingQuota.Count> count) {
            this.count = count;
        }

        /** Counts and inserts as the statement does. Returns the number of inserted rows. */
        private int execute(int pending, int limit) {
            executed = true;
            found = Math.min(pending, limit);
            return count.isPresent() && found == limit ? 0 : 1;
        }
    }

    /**
     * Simulates Brokers whose requests begin, execute and return in any order. Many counts return much later than
     * requests without a count, and some never return.
     */
    @Property(tries = 200)
    void the_brokers_pass_the_limit_at_most_by_a_share_each_and_by_the_running_requests(
            @ForAll @IntRange(min = 1, max = 4) int brokers,
            @ForAll @IntRange(min = 1, max = 1_000) int limit,
            @ForAll Random random) {
        List<PendingQuota> quotas =
                IntStream.range(0, brokers).mapToObj(i -> quota(limit)).toList();
        List<Request> running = new ArrayList<>();
        int pending = 0;

        for (int step = 0; step < 200 + 100 * limit; step++) {
            if (running.size() < RUNNING && random.nextBoolean()) {
                begin(quotas.get(random.nextInt(brokers))).ifPresent(running::add);
            } else if (!running.isEmpty()) {
                Request request = running.get(random.nextInt(running.size()));
                if (!request.executed) {
                    pending += request.execute(pending, limit);
                } else if (request.count.isEmpty() || random.nextInt(20) == 0) {
                    running.remove(request);
                    if (random.nextInt(10) > 0) {
                        complete(request);
                    }
                }
            }
        }

        assertThat(pending).isBetween(limit, limit + brokers * (limit / 100) + RUNNING);
    }

    private static Optional<Request> begin(PendingQuota broker) {
        try {
            return Optional.of(new Request(broker.take("acme")));
        } catch (ApiException refused) {
            return Optional.empty();
        }
    }

    private static void complete(Request request) {
        try {
            request.count.ifPresent(count -> count.complete(request.found));
        } catch (ApiException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        }
    }
}
