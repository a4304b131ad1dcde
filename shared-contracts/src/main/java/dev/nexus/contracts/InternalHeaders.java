package dev.nexus.contracts;

/** Names of the headers and token claims between the Gateway and the Broker. */
public final class InternalHeaders {

    /**
     * The request id, {@code [A-Za-z0-9._-]{1,64}}. The caller or the Gateway creates it. The log lines and audit
     * events of the request contain it.
     */
    public static final String REQUEST_ID = "X-Request-Id";

    /**
     * The address that the request came from, as the Gateway determined it; an IPv4 or IPv6 address in canonical form.
     */
    public static final String CLIENT_ADDRESS = "Nexus-Client-Address";

    /** Audience of the service token. */
    public static final String AUDIENCE = "nexus-broker";

    /** Issuer of the service token. */
    public static final String ISSUER = "nexus-gateway";

    /** Service token claim: the tenant. Absent if {@link #SCOPE_STATE_PRESENT} is the only scope. */
    public static final String CLAIM_TENANT = "tenant";

    /**
     * Service token claim: the id of the request's API key; {@code state} for a call with {@link #SCOPE_STATE_PRESENT}.
     */
    public static final String CLAIM_KEY_ID = "key_id";

    /**
     * The only scope of the token for the /auth routes. The state token authorizes the call and determines the tenant.
     */
    public static final String SCOPE_STATE_PRESENT = "state:present";

    /** Header of a response over HTTP/2. With {@link #CONNECTION_RENEW}, the client must use a new connection. */
    public static final String CONNECTION = "Nexus-Connection";

    public static final String CONNECTION_RENEW = "renew";

    private InternalHeaders() {}
}
