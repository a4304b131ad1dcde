package dev.nexus.broker.connection;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** A round of the sweeper when a test of another feature wants it. */
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
