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

/** Calls the Gateway. Each method throws only {@link NexusFailure}. */
@ApplicationScoped
public class Nexus {

    private static final Logger LOG = Logger.getLogger(Nexus.class);
    private static final int PAGE = 50;

    /** The maximum page size of the Gateway. */
    private static final int PROVIDERS = 200;

    private final NexusApi api;

    Nexus(@RestClient NexusApi api) {
        this.api = api;
    }

    /** Step 1: creates a connection, which is pending until its credential is captured. */
    public BegunConnection requestConnection(ConnectionRequest request) {
        return call(() -> api.requestConnection(request));
    }

    /** Step 2: returns the JSON Schema of the credential. */
    public JsonNode captureSchema(Secret state) {
        return call(() -> api.captureSchema(state.reveal()));
    }

    /**
     * Step 3: submits the credential. After {@link NexusFailure#NO_ANSWER} it is unknown whether the Gateway stored it:
     * call {@link #checkConnection}.
     */
    public Captured captureCredential(Capture capture) {
        return call(() -> api.captureCredential(capture));
    }

    /** Step 4: returns the connection with its status. */
    public Connection checkConnection(String id) {
        return call(() -> api.checkConnection(uuid(id)));
    }

    /** Returns a page of the connections of one workspace, newest first. */
    public ConnectionPage listConnections(String workspaceId, @Nullable String cursor) {
        return call(() -> api.listConnections(workspaceId, PAGE, cursor));
    }

    /** Revokes a connection, which destroys its credential. Idempotent. */
    public void revokeConnection(String id) {
        call(() -> {
            api.revokeConnection(uuid(id));
            return true;
        });
    }

    /** Returns all providers that the tenant may use, ordered by slug. */
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

    /** Checks an id of a URL or a form, so that only a UUID gets into the path of a request. */
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
            // The exception is not set as the cause, because its message quotes the URL or the response. Both may
            // contain a state token.
            Throwable root = root(failed);
            if (!(root instanceof JacksonException)) {
                LOG.warnf(
                        "The Gateway did not respond: error=%s", root.getClass().getName());
                throw NexusFailure.noAnswer();
            }
        } catch (WebApplicationException unreadable) {
            // Handled below.
        }
        LOG.warn("The Gateway's response is invalid. Check that example.gateway.url is the Gateway's address");
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
