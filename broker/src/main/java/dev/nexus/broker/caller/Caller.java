package dev.nexus.broker.caller;

import org.jspecify.annotations.Nullable;

/**
 * Who is behind a call: read from the verified service token and the request id header.
 *
 * @param tenant the API key's tenant; empty for a {@code state:present} token, whose tenant is the verified state's
 * @param keyId the API key's id, or {@code state} for a {@code state:present} token
 * @param requestId {@code [A-Za-z0-9._-]{1,64}}
 * @param address the IP address that the request came from, as the Gateway determined it; null if the Gateway sent none
 */
public record Caller(
        String tenant,
        String keyId,
        String requestId,
        @Nullable String address) {

    /** A caller whose address is not known. */
    public Caller(String tenant, String keyId, String requestId) {
        this(tenant, keyId, requestId, null);
    }

    /** Whether the state alone is the authority (the /auth routes). */
    public boolean presentsState() {
        return tenant.isEmpty();
    }
}
