package dev.nexus.example.nexus;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The calls to the Gateway; each fails with a {@link NexusFailure} and with nothing else. */
@ApplicationScoped
public class Nexus {

    private static final Logger LOG = Logger.getLogger(Nexus.class);
    private static final int PAGE = 50;

    /** The largest page that the Gateway gives. */
    private static final int PROVIDERS = 200;

    private final NexusApi api;

    Nexus(@RestClient NexusApi api) {
        this.api = api;
    }

    /** Step 1: a new connection, pending until the credential is there. */
    public BegunConnection requestConnection(ConnectionRequest request) {
        return call(() -> api.requestConnection(request));
    }

    /** Step 2: the JSON Schema of the credential. */
    public JsonNode captureSchema(Secret state) {
        return call(() -> api.captureSchema(state.reveal()));
    }

    /**
     * Step 3: hands in what the user typed. After {@link NexusFailure#NO_ANSWER} nobody knows whether it arrived: ask
     * {@link #checkConnection}.
     */
    public Captured captureCredential(Capture capture) {
        return call(() -> api.captureCredential(capture));
    }

    /** Step 4: how the connection stands. */
    public Connection checkConnection(String id) {
        return call(() -> api.checkConnection(uuid(id)));
    }

    /** The connections of one workspace, newest first. */
    public ConnectionPage listConnections(String workspaceId, @Nullable String cursor) {
        return call(() -> api.listConnections(workspaceId, PAGE, cursor));
    }

    /** Revokes a connection; its credential is destroyed. A second time does nothing. */
    public void revokeConnection(String id) {
        call(() -> {
            api.revokeConnection(uuid(id));
            return true;
        });
    }

    /** All providers that the tenant may use, by slug. */
    public List<Provider> listProviders() {
        List<Provider> providers = new ArrayList<>();
        String cursor = null;
        do {
            String next = cursor;
            ProviderPage page = call(() -> api.listProviders(PROVIDERS, next));
            providers.addAll(page.providers());
            cursor = page.nextCursor();
        } while (cursor != null);
        return providers;
    }

    /** An id comes from an address or a form: what is no UUID does not get into a path. */
    private static String uuid(String id) {
        try {
            return UUID.fromString(id).toString();
        } catch (IllegalArgumentException malformed) {
            throw NexusFailure.noSuchConnection();
        }
    }

    private static <T> T call(Supplier<@Nullable T> call) {
        try {
            T answer = call.get();
            if (answer != null) {
                return answer;
            }
        } catch (ProcessingException failed) {
            // Not as the cause: its message quotes the URL or the answer, and those may bear a state.
            Throwable root = root(failed);
            if (!(root instanceof JacksonException)) {
                LOG.warnf("The Gateway gave no answer: %s", root.getClass().getName());
                throw NexusFailure.noAnswer();
            }
        } catch (WebApplicationException unreadable) {
            // As below.
        }
        LOG.warn("The Gateway's answer is not what its API promises");
        throw NexusFailure.unreadable();
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof JacksonException)) {
            root = root.getCause();
        }
        return root;
    }
}
