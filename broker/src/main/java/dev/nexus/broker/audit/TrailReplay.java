package dev.nexus.broker.audit;

import dev.nexus.broker.audit.LifeCycle.Step;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Replays the audit events of one connection through {@link LifeCycle}, in the order of their times.
 *
 * <p>The times of changes come from the clock of PostgreSQL. A change waits for the row lock of the change before it,
 * so the order of the changes' times is the order of their commits. The {@link LifeCycle#OBSERVATIONS} wait for no lock,
 * and the time of a read comes from the clock of a Broker. So an observation is legal if it was legal at any time within
 * {@link #TOLERANCE} before or after its time. The erasure of the tenant ends each connection that was requested more
 * than {@link #TOLERANCE} before it.
 *
 * <p>Not thread-safe. Keeps only the events that have the same time as the last one.
 */
final class TrailReplay {

    /** Longer than a request with the call to a provider, plus a difference of 30 seconds between two clocks. */
    static final Duration TOLERANCE = Duration.ofMinutes(1);

    private static final Comparator<TrailEvent> ORDER_IN_TRANSACTION =
            Comparator.comparing(event -> event.step().orElseThrow());

    private final List<TrailEvent> sameTime = new ArrayList<>();
    private final Map<Step, OffsetDateTime> legalUntil = new EnumMap<>(Step.class);
    private final List<OffsetDateTime> erasures;
    private int appliedErasures;
    private LifeCycle state = LifeCycle.UNKNOWN;
    private @Nullable OffsetDateTime requestedAt;
    private @Nullable TrailEvent revoked;
    private @Nullable IllegalEvent tooEarly;
    private @Nullable IllegalEvent illegal;

    /** An event, and the state of the connection in which the event is illegal. */
    record IllegalEvent(TrailEvent event, LifeCycle state) {}

    /** @param erasures the times of the erasures of the tenant, the first one first */
    TrailReplay(List<OffsetDateTime> erasures) {
        this.erasures = erasures;
    }

    /** Adds the next event. Ignores an event with an unknown action. */
    void add(TrailEvent event) {
        if (event.step().isEmpty()) {
            return;
        }
        if (!sameTime.isEmpty() && !sameTime.get(0).at().isEqual(event.at())) {
            applySameTime();
        }
        while (appliedErasures < erasures.size()
                && erasures.get(appliedErasures).isBefore(event.at())) {
            applySameTime();
            eraseTenant(erasures.get(appliedErasures++));
        }
        sameTime.add(event);
    }

    /** Returns the first illegal event; empty if all events are legal. Call it after the last event. */
    Optional<IllegalEvent> end() {
        applySameTime();
        if (illegal == null && state == LifeCycle.REVOKED) {
            // The trail ends within a transaction: the destruction of the credential is missing.
            illegal = new IllegalEvent(Objects.requireNonNull(revoked), state);
        }
        return Optional.ofNullable(illegal == null ? tooEarly : illegal);
    }

    private void applySameTime() {
        sameTime.sort(ORDER_IN_TRANSACTION);
        sameTime.forEach(event -> apply(event, event.step().orElseThrow()));
        sameTime.clear();
    }

    private void apply(TrailEvent event, Step step) {
        Optional<LifeCycle> next = state.after(step);
        if (illegal != null) {
            return;
        }
        if (LifeCycle.OBSERVATIONS.containsKey(step)) {
            if (next.isEmpty() && !isTolerated(event, step) && tooEarly == null) {
                tooEarly = new IllegalEvent(event, state);
            }
        } else if (next.isEmpty()) {
            illegal = new IllegalEvent(event, state);
        } else {
            requestedAt = step == Step.REQUESTED ? event.at() : requestedAt;
            revoked = step == Step.REVOKED ? event : revoked;
            change(next.get(), event.at());
        }
    }

    /**
     * Ends the connection. The exception is a connection that was requested during the erasure, because it can outlive the
     * erasure.
     */
    private void eraseTenant(OffsetDateTime at) {
        if (requestedAt != null && at.isAfter(requestedAt.plus(TOLERANCE))) {
            change(LifeCycle.ENDED, at);
        }
    }

    /** Returns true if the event was legal shortly before. */
    private boolean isTolerated(TrailEvent event, Step step) {
        OffsetDateTime until = legalUntil.get(step);
        return until != null && !event.at().isAfter(until.plus(TOLERANCE));
    }

    private void change(LifeCycle next, OffsetDateTime at) {
        for (Step each : LifeCycle.OBSERVATIONS.keySet()) {
            if (state.after(each).isPresent()) {
                legalUntil.put(each, at);
            }
        }
        state = next;
        if (tooEarly != null) {
            TrailEvent early = tooEarly.event();
            if (at.isAfter(early.at().plus(TOLERANCE))) {
                illegal = tooEarly;
            } else if (state.after(early.step().orElseThrow()).isPresent()) {
                tooEarly = null;
            }
        }
    }
}
