package dev.nexus.broker;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.connection.ReadToken;
import dev.nexus.broker.database.DatabaseConnections;
import dev.nexus.broker.state.StateTokens;
import io.quarkus.arc.profile.UnlessBuildProfile;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Fills the connection pool and exercises the hot paths before this replica reports ready, so that requests do not
 * reach a cold replica during a rolling update. Reads credentials with random connection ids, for which no connection
 * exists. Signs and verifies states. Ignores failures, because other checks report them.
 */
@Readiness
@UnlessBuildProfile("test")
@ApplicationScoped
class WarmUp implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final Caller WARM_UP_CALLER = new Caller("nexus-warm-up", "warm-up", "warm-up");

    /**
     * So many repetitions make the JVM compile the code that reads tokens, signs states and verifies states. The code
     * for decryption and captures is not compiled.
     */
    private static final int REPETITIONS = 500;

    /** More than the shared statements that run at the same time, so that some reads wait and share a statement. */
    private static final int CONCURRENCY = 20;

    /**
     * Reports ready after this time even if the warm-up is slow, for example because Vault does not decrypt a state
     * key.
     */
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final DatabaseConnections connections;
    private final ReadToken readToken;
    private final StateTokens states;
    private volatile boolean done;

    WarmUp(DatabaseConnections connections, ReadToken readToken, StateTokens states) {
        this.connections = connections;
        this.readToken = readToken;
        this.states = states;
    }

    void begin(@Observes StartupEvent event) {
        connections
                .open()
                .onFailure()
                .recoverWithNull()
                .chain(this::repeat)
                .ifNoItem()
                .after(TIMEOUT)
                .recoverWithUni(Uni.createFrom().nullItem())
                .subscribe()
                .with(last -> {
                    done = true;
                    LOG.debug("The warm-up has ended");
                });
    }

    private Uni<Void> repeat() {
        return Multi.createFrom()
                .range(0, REPETITIONS)
                .onItem()
                .transformToUni(repetition -> warmUp().onFailure().recoverWithNull())
                .merge(CONCURRENCY)
                .collect()
                .last();
    }

    private Uni<Void> warmUp() {
        return readToken
                .run(WARM_UP_CALLER, UuidCreator.getTimeOrderedEpoch().toString())
                .onFailure()
                .recoverWithNull()
                .chain(() -> states.issue(WARM_UP_CALLER.tenant(), UuidCreator.getTimeOrderedEpoch(), Instant.now()))
                .chain(issued -> states.verify(issued.token()))
                .replaceWithVoid();
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("warm-up").status(done).build();
    }
}
