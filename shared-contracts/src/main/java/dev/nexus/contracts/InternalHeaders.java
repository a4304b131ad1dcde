package dev.nexus.contracts;

/** Names on the wire between Gateway and Broker. */
public final class InternalHeaders {

    /** The caller's request id, {@code [A-Za-z0-9._-]{1,64}}; in every log line and in the audit. */
    public static final String REQUEST_ID = "X-Request-Id";

    /** The address that the request came from, as the Gateway determined it; an IPv4 or IPv6 address in canonical form. */
    public static final String CLIENT_ADDRESS = "Nexus-Client-Address";

    /** Audience of the service token. */
    public static final String AUDIENCE = "nexus-broker";

    /** Issuer of the service token. */
    public static final String ISSUER = "nexus-gateway";

    /** Service token claim: the tenant; absent in a token that holds {@link #SCOPE_STATE_PRESENT} alone. */
    public static final String CLAIM_TENANT = "tenant";

    /** Service token claim: the id of the API key that the request came with. */
    public static final String CLAIM_KEY_ID = "key_id";

    /** The one scope of the token that the /auth routes use: the state is the authority, and the tenant is the state's. */
    public static final String SCOPE_STATE_PRESENT = "state:present";

    /** On an answer over HTTP/2: {@link #CONNECTION_RENEW} asks for the next requests over another connection. */
    public static final String CONNECTION = "Nexus-Connection";

    public static final String CONNECTION_RENEW = "renew";

    private InternalHeaders() {}
}
