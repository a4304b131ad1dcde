package dev.nexus.broker;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.connection.ReadToken;
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
 * Reads credentials that are not there, and signs and verifies states, before this replica says that it is ready: the pool
 * has its connections then and the code is compiled, and the load of a replica that ends does not meet a cold one. What fails
 * on the way is not counted; other checks tell about it.
 */
@Readiness
@UnlessBuildProfile("test")
@ApplicationScoped
class WarmUp implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final Caller NOBODY = new Caller("nexus-warm-up", "warm-up", "warm-up");

    /** Enough for the JVM to compile the code paths of every call. */
    private static final int ROUNDS = 500;

    /** As many as the pool has connections. */
    private static final int AT_ONCE = 20;

    /** Whatever makes it slow, such as state keys that do not open, is no reason to stay away from the callers for long. */
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final ReadToken readToken;
    private final StateTokens states;
    private volatile boolean done;

    WarmUp(ReadToken readToken, StateTokens states) {
        this.readToken = readToken;
        this.states = states;
    }

    void begin(@Observes StartupEvent event) {
        Multi.createFrom()
                .range(0, ROUNDS)
                .onItem()
                .transformToUni(round -> warmUp().onFailure().recoverWithNull())
                .merge(AT_ONCE)
                .collect()
                .last()
                .ifNoItem()
                .after(LONGEST)
                .recoverWithUni(Uni.createFrom().nullItem())
                .subscribe()
                .with(last -> {
                    done = true;
                    LOG.debug("Warm");
                });
    }

    private Uni<Void> warmUp() {
        return readToken
                .run(NOBODY, UuidCreator.getTimeOrderedEpoch().toString())
                .onFailure()
                .recoverWithNull()
                .chain(() -> states.issue(NOBODY.tenant(), UuidCreator.getTimeOrderedEpoch(), Instant.now()))
                .chain(issued -> states.verify(issued.token()))
                .replaceWithVoid();
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("warm-up").status(done).build();
    }
}
