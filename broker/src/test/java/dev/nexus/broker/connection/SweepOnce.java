package dev.nexus.broker.connection;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Runs the sweeper once for tests of other features. */
@ApplicationScoped
public class SweepOnce {

    private final ConnectionSweeper sweeper;

    SweepOnce(ConnectionSweeper sweeper) {
        this.sweeper = sweeper;
    }

    public Uni<Void> run() {
        return sweeper.sweep();
    }
}
