package dev.nexus.broker.caller;

import org.jspecify.annotations.Nullable;

/**
 * The caller of a request, from the verified service token and the Gateway's headers.
 *
 * @param tenant the API key's tenant. Empty for a {@code state:present} token: its tenant is in the verified state
 * @param keyId the API key's id, or {@code state} for a {@code state:present} token
 * @param requestId the id of the request, in the form {@code [A-Za-z0-9._-]{1,64}}
 * @param address the IP address of the client, as the Gateway determined it; null if the Gateway sent none or an
 *     invalid one
 */
public record Caller(
        String tenant,
        String keyId,
        String requestId,
        @Nullable String address) {

    /** Creates a caller whose IP address is unknown. */
    public Caller(String tenant, String keyId, String requestId) {
        this(tenant, keyId, requestId, null);
    }

    /** Returns true if only a state token authorizes the call, as on the {@code /auth} routes. */
    public boolean presentsState() {
        return tenant.isEmpty();
    }
}
