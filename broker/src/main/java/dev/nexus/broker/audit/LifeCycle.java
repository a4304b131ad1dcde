package dev.nexus.broker.audit;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The life cycle of a connection: which audit events of the connection can follow which others. */
enum LifeCycle {
    /** Not requested yet. */
    UNKNOWN,
    PENDING,
    ACTIVE,
    SUPERSEDED,
    /** Revoked. The same transaction destroys the credential, unless erase-tenant does so at the same time. */
    REVOKED,
    /** Active, but erase-tenant has destroyed the credential and not yet deleted the connection. */
    ERASED,
    /** Superseded, and the credential is destroyed. */
    DESTROYED,
    /** Final: expired, revoked with the credential destroyed or never stored, or deleted with its tenant. */
    ENDED;

    /**
     * The kinds of events. The order of the constants matters: {@link TrailReplay} applies events with the same time,
     * which are those of one transaction, in this order. The last five change nothing: a successful and a failed read, a
     * verification with either result, and the outcome of a webhook delivery.
     */
    enum Step {
        REQUESTED,
        ACTIVATED,
        SUPERSEDED,
        REVOKED,
        EXPIRED,
        DESTROYED,
        ERASED,
        READ,
        READ_FAILED,
        VERIFIED,
        REJECTED,
        DELIVERY_ENDED
    }

    private static final Map<LifeCycle, Map<Step, LifeCycle>> CHANGES = Map.of(
            UNKNOWN, Map.of(Step.REQUESTED, PENDING),
            PENDING, Map.of(Step.ACTIVATED, ACTIVE, Step.REVOKED, ENDED, Step.EXPIRED, ENDED),
            ACTIVE, Map.of(Step.SUPERSEDED, SUPERSEDED, Step.REVOKED, REVOKED, Step.ERASED, ERASED),
            SUPERSEDED, Map.of(Step.REVOKED, REVOKED, Step.DESTROYED, DESTROYED, Step.ERASED, DESTROYED),
            REVOKED, Map.of(Step.DESTROYED, ENDED, Step.ERASED, ENDED),
            ERASED, Map.of(Step.SUPERSEDED, DESTROYED, Step.REVOKED, ENDED),
            DESTROYED, Map.of(Step.REVOKED, ENDED));

    /** The states in which an event that changes nothing is legal. */
    static final Map<Step, Set<LifeCycle>> OBSERVATIONS = Map.of(
            Step.READ, EnumSet.of(ACTIVE, SUPERSEDED),
            Step.READ_FAILED, EnumSet.of(ACTIVE, SUPERSEDED, ERASED),
            Step.VERIFIED, EnumSet.of(ACTIVE, SUPERSEDED),
            Step.REJECTED, EnumSet.of(PENDING, ACTIVE, SUPERSEDED),
            Step.DELIVERY_ENDED, EnumSet.complementOf(EnumSet.of(UNKNOWN)));

    /** Returns the state after the event; empty if the event is illegal in this state. */
    Optional<LifeCycle> after(Step step) {
        Set<LifeCycle> observable = OBSERVATIONS.get(step);
        if (observable != null) {
            return observable.contains(this) ? Optional.of(this) : Optional.empty();
        }
        return Optional.ofNullable(CHANGES.getOrDefault(this, Map.of()).get(step));
    }
}
