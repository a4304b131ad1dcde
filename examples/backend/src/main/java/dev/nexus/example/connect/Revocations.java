package dev.nexus.example.connect;

import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.nexus.NexusFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Revokes connections that have another person's credential, and retries failed revocations. Until a revocation
 * succeeds, Nexus has the credential. The pending revocations are in memory. A real application stores them in its
 * database and retries them in a job.
 */
@ApplicationScoped
public class Revocations {

    private static final Logger LOG = Logger.getLogger(Revocations.class);

    private final Set<String> pending = ConcurrentHashMap.newKeySet();
    private final Nexus nexus;

    Revocations(Nexus nexus) {
        this.nexus = nexus;
    }

    void revoke(String connectionId) {
        pending.add(connectionId);
        attempt(connectionId);
    }

    /** Retries the failed revocations. Stops at the first failure, to put no load on an overloaded Gateway. */
    public void retry() {
        for (String connectionId : pending) {
            if (!attempt(connectionId)) {
                return;
            }
        }
    }

    private boolean attempt(String connectionId) {
        try {
            nexus.revokeConnection(connectionId);
        } catch (NexusFailure failure) {
            if (!failure.is("connection_not_found")) {
                LOG.errorf("Cannot revoke a connection: connection=%s error=%s", connectionId, failure.code());
                return false;
            }
        }
        pending.remove(connectionId);
        return true;
    }
}
