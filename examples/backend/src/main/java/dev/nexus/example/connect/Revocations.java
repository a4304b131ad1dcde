package dev.nexus.example.connect;

import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.nexus.NexusFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Revokes connections that hold somebody else's credential, and tries again where the Gateway does not do it at once: what
 * the victim entered stays there until then. In memory; a real application keeps them in its database, with a job.
 */
@ApplicationScoped
public class Revocations {

    private static final Logger LOG = Logger.getLogger(Revocations.class);

    private final Set<String> due = ConcurrentHashMap.newKeySet();
    private final Nexus nexus;

    Revocations(Nexus nexus) {
        this.nexus = nexus;
    }

    void revoke(String connectionId) {
        due.add(connectionId);
        tryOne(connectionId);
    }

    /** Tries what has failed before, up to the first that fails again: the Gateway is not pressed. */
    public void tryAgain() {
        for (String connectionId : due) {
            if (!tryOne(connectionId)) {
                return;
            }
        }
    }

    private boolean tryOne(String connectionId) {
        try {
            nexus.revokeConnection(connectionId);
        } catch (NexusFailure failure) {
            if (!failure.is("connection_not_found")) {
                LOG.errorf("Connection %s could not be revoked: %s", connectionId, failure.code());
                return false;
            }
        }
        due.remove(connectionId);
        return true;
    }
}
