package dev.nexus.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.audit.LifeCycle.Step;
import dev.nexus.broker.audit.TrailReplay.IllegalEvent;
import dev.nexus.testsupport.Promise;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrailReplayTest {

    private static final OffsetDateTime START = OffsetDateTime.of(2026, 11, 24, 9, 0, 0, 0, ZoneOffset.UTC);
    private static final UUID CONNECTION = new UUID(0x0190_0000_0000_7000L, 1);

    /** Longer than the tolerance of reads. */
    private static final Duration APART = TrailReplay.TOLERANCE.multipliedBy(2);

    private static TrailEvent event(Step step, Duration after) {
        return new TrailEvent(UUID.randomUUID(), CONNECTION, START.plus(after), step.name(), Optional.of(step));
    }

    private static Optional<IllegalEvent> replay(List<TrailEvent> events) {
        return replay(List.of(), events);
    }

    private static Optional<IllegalEvent> replay(List<OffsetDateTime> erasures, List<TrailEvent> events) {
        TrailReplay replay = new TrailReplay(erasures);
        events.forEach(replay::add);
        return replay.end();
    }

    /** Replays steps of which each is long after the one before. */
    private static Optional<IllegalEvent> replayApart(List<Step> steps) {
        List<TrailEvent> events = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            events.add(event(steps.get(i), APART.multipliedBy(i)));
        }
        return replay(events);
    }

    /** A model of the statements of the Broker. Each number chooses one of the statements that change or read a row. */
    @Provide
    Arbitrary<List<Step>> histories() {
        return Arbitraries.integers().between(0, 999).list().ofMaxSize(14).map(choices -> {
            ConnectionRow row = new ConnectionRow();
            choices.forEach(row::run);
            return List.copyOf(row.history);
        });
    }

    @Property
    @Promise(34)
    void each_order_that_the_statements_can_write_is_legal(@ForAll("histories") List<Step> history) {
        assertThat(replayApart(history)).isEmpty();
    }

    @Property(tries = 5_000)
    @Promise(34)
    void an_order_with_one_mutation_is_illegal_exactly_if_it_breaks_a_rule(
            @ForAll("histories") List<Step> history,
            @ForAll Mutation mutation,
            @ForAll Step other,
            @ForAll int position) {
        List<Step> mutated = mutation.apply(history, other, Math.floorMod(position, history.size()));

        boolean legal = new Rules(mutated).hold();

        Statistics.label("legal").collect(legal);
        Statistics.label("legal").coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 5);
            coverage.check(false).percentage(share -> share > 40);
        });
        assertThat(replayApart(mutated).isEmpty()).as("%s", mutated).isEqualTo(legal);
    }

    @ParameterizedTest
    @CsvSource({
        "READ, 60, true",
        "READ, 61, false",
        "READ_FAILED, 60, true",
        "READ_FAILED, 61, false",
        "VERIFIED, 60, true",
        "VERIFIED, 61, false",
        "REJECTED, 60, true",
        "REJECTED, 61, false",
        "DELIVERY_ENDED, 61, true"
    })
    void a_read_or_verification_can_end_up_to_a_minute_after_a_revocation(Step step, int seconds, boolean legal) {
        List<TrailEvent> events = List.of(
                event(Step.REQUESTED, Duration.ZERO),
                event(Step.ACTIVATED, Duration.ofSeconds(1)),
                event(Step.REVOKED, Duration.ofSeconds(2)),
                event(Step.DESTROYED, Duration.ofSeconds(2)),
                event(step, Duration.ofSeconds(2 + seconds)));

        assertThat(replay(events).isEmpty()).isEqualTo(legal);
    }

    @ParameterizedTest
    @CsvSource({"60, true", "61, false"})
    void a_read_can_have_a_time_up_to_a_minute_before_the_activation(int seconds, boolean legal) {
        List<TrailEvent> events = List.of(
                event(Step.REQUESTED, Duration.ZERO),
                event(Step.READ, Duration.ofSeconds(10)),
                event(Step.ACTIVATED, Duration.ofSeconds(10 + seconds)),
                event(Step.SUPERSEDED, Duration.ofHours(1)));

        assertThat(replay(events).isEmpty()).isEqualTo(legal);
    }

    @Test
    void a_read_of_a_connection_that_never_became_active_is_illegal() {
        TrailEvent read = event(Step.READ, Duration.ofSeconds(1));

        Optional<IllegalEvent> found =
                replay(List.of(event(Step.REQUESTED, Duration.ZERO), read, event(Step.EXPIRED, Duration.ofSeconds(2))));

        assertThat(found).contains(new IllegalEvent(read, LifeCycle.PENDING));
    }

    @ParameterizedTest
    @CsvSource({"READ, 60, true", "READ, 61, false", "SUPERSEDED, 1, false", "REVOKED, 1, false"})
    void no_change_and_no_later_read_follows_the_erasure_of_the_tenant(Step step, int seconds, boolean legal) {
        List<TrailEvent> events = new ArrayList<>(List.of(
                event(Step.REQUESTED, Duration.ZERO),
                event(Step.ACTIVATED, Duration.ofSeconds(1)),
                event(step, Duration.ofHours(1).plusSeconds(seconds))));
        if (step == Step.REVOKED) {
            events.add(event(Step.DESTROYED, Duration.ofHours(1).plusSeconds(seconds)));
        }

        assertThat(replay(List.of(START.plusHours(1)), events).isEmpty()).isEqualTo(legal);
        assertThat(replay(List.of(START.plusHours(2)), events)).isEmpty();
    }

    @Test
    void a_connection_that_is_requested_during_the_erasure_of_its_tenant_can_continue() {
        List<TrailEvent> events = List.of(
                event(Step.REQUESTED, Duration.ZERO),
                event(Step.ACTIVATED, Duration.ofMinutes(2)),
                event(Step.REVOKED, Duration.ofMinutes(3)),
                event(Step.DESTROYED, Duration.ofMinutes(3)));

        assertThat(replay(List.of(START.minusDays(1), START.plusSeconds(30)), events))
                .isEmpty();
    }

    @Test
    void events_with_the_same_time_are_legal_in_any_order() {
        List<TrailEvent> events = List.of(
                event(Step.REQUESTED, Duration.ZERO),
                event(Step.ACTIVATED, Duration.ofSeconds(1)),
                event(Step.DESTROYED, Duration.ofSeconds(2)),
                event(Step.REVOKED, Duration.ofSeconds(2)));

        assertThat(replay(events)).isEmpty();
    }

    @Test
    void a_revocation_must_destroy_the_credential() {
        TrailEvent revoked = event(Step.REVOKED, Duration.ofSeconds(2));

        Optional<IllegalEvent> found = replay(
                List.of(event(Step.REQUESTED, Duration.ZERO), event(Step.ACTIVATED, Duration.ofSeconds(1)), revoked));

        assertThat(found).contains(new IllegalEvent(revoked, LifeCycle.REVOKED));
    }

    @Test
    void the_sweeper_must_not_destroy_the_credential_of_an_active_connection() {
        TrailEvent destroyed = event(Step.DESTROYED, Duration.ofSeconds(2));

        Optional<IllegalEvent> found = replay(
                List.of(event(Step.REQUESTED, Duration.ZERO), event(Step.ACTIVATED, Duration.ofSeconds(1)), destroyed));

        assertThat(found).contains(new IllegalEvent(destroyed, LifeCycle.ACTIVE));
    }

    @Test
    void an_event_with_an_unknown_action_is_ignored() {
        TrailEvent later = new TrailEvent(UUID.randomUUID(), CONNECTION, START, "connection.paused", Optional.empty());

        assertThat(replay(List.of(later, event(Step.REQUESTED, Duration.ofSeconds(1)))))
                .isEmpty();
    }

    /** A row of a connection, with the conditions of the Broker's statements. */
    private static final class ConnectionRow {

        private final List<Step> history = new ArrayList<>(List.of(Step.REQUESTED));
        private String status = "pending";
        private boolean credential;

        private boolean isOneOf(String... statuses) {
            return List.of(statuses).contains(status);
        }

        void run(int choice) {
            switch (choice % 10) {
                case 0, 1 -> capture();
                case 2 -> change(isOneOf("pending") && choice > 800, "expired", Step.EXPIRED);
                case 3 -> change(isOneOf("active"), "superseded", Step.SUPERSEDED);
                case 4 -> revoke(choice);
                case 5 -> destroy(isOneOf("superseded"), Step.DESTROYED);
                case 6 -> destroy(choice > 700, Step.ERASED);
                case 7 -> read(choice);
                case 8 -> verify(choice);
                default -> history.add(Step.DELIVERY_ENDED);
            }
        }

        private void capture() {
            if (isOneOf("pending")) {
                credential = true;
                change(true, "active", Step.ACTIVATED);
            }
        }

        private void change(boolean condition, String next, Step step) {
            if (condition) {
                status = next;
                history.add(step);
            }
        }

        private void destroy(boolean condition, Step step) {
            if (condition && credential) {
                credential = false;
                history.add(step);
            }
        }

        private void revoke(int choice) {
            if (isOneOf("pending", "active", "superseded") && choice > 500) {
                change(true, "revoked", Step.REVOKED);
                destroy(true, Step.DESTROYED);
            }
        }

        private void read(int choice) {
            if (isOneOf("active", "superseded") && credential) {
                history.add(choice > 200 ? Step.READ : Step.READ_FAILED);
            } else if (isOneOf("active")) {
                history.add(Step.READ_FAILED);
            }
        }

        private void verify(int choice) {
            if (isOneOf("active", "superseded") && credential) {
                history.add(choice > 500 ? Step.VERIFIED : Step.REJECTED);
            } else if (isOneOf("pending")) {
                history.add(Step.REJECTED);
            }
        }
    }

    /** A change of one event of a history. */
    enum Mutation {
        REMOVE,
        REPLACE,
        INSERT,
        REPEAT_AT_END,
        SWAP_WITH_NEXT;

        List<Step> apply(List<Step> history, Step other, int position) {
            List<Step> mutated = new ArrayList<>(history);
            switch (this) {
                case REMOVE -> mutated.remove(position);
                case REPLACE -> mutated.set(position, other);
                case INSERT -> mutated.add(position, other);
                case REPEAT_AT_END -> mutated.add(history.get(position));
                case SWAP_WITH_NEXT -> {
                    int next = Math.min(position + 1, history.size() - 1);
                    mutated.set(position, history.get(next));
                    mutated.set(next, history.get(position));
                }
            }
            return mutated;
        }
    }

    /** The rules of the life cycle, as conditions on the first position of each step instead of a state machine. */
    private static final class Rules {

        private static final int NEVER = Integer.MAX_VALUE;

        private final List<Step> steps;
        private final Map<Step, Integer> first = new EnumMap<>(Step.class);

        Rules(List<Step> steps) {
            this.steps = steps;
            for (int i = 0; i < steps.size(); i++) {
                first.putIfAbsent(steps.get(i), i);
            }
        }

        private int first(Step step) {
            return first.getOrDefault(step, NEVER);
        }

        boolean hold() {
            for (int i = 0; i < steps.size(); i++) {
                if (!holds(steps.get(i), i)) {
                    return false;
                }
            }
            boolean revokedWithCredential = first(Step.ACTIVATED) != NEVER && first(Step.REVOKED) != NEVER;
            return !revokedWithCredential || first(Step.DESTROYED) != NEVER || first(Step.ERASED) != NEVER;
        }

        private boolean holds(Step step, int at) {
            boolean requested = first(Step.REQUESTED) < at;
            boolean activated = first(Step.ACTIVATED) < at;
            boolean superseded = first(Step.SUPERSEDED) < at;
            boolean revoked = first(Step.REVOKED) < at;
            boolean expired = first(Step.EXPIRED) < at;
            boolean destroyed = first(Step.DESTROYED) < at;
            boolean erased = first(Step.ERASED) < at;
            boolean isFirst = first(step) == at;
            boolean served = activated && !revoked && !destroyed && !erased;
            return switch (step) {
                case REQUESTED -> isFirst && at == 0;
                case ACTIVATED -> isFirst && requested && !revoked && !expired;
                case EXPIRED -> isFirst && requested && !activated && !revoked;
                case SUPERSEDED -> isFirst && activated && !revoked;
                case REVOKED -> isFirst && requested && !expired;
                case DESTROYED -> isFirst && activated && !erased && (superseded || revoked);
                case ERASED -> isFirst && activated && !destroyed;
                case READ, VERIFIED -> served;
                case READ_FAILED -> activated && !revoked && !destroyed && !(erased && superseded);
                case REJECTED -> requested && !expired && !revoked && !destroyed && !erased;
                case DELIVERY_ENDED -> requested;
            };
        }
    }
}
