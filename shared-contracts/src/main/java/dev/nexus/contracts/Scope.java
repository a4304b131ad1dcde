package dev.nexus.contracts;

/** Scopes of an API key, carried in the service token's {@code groups} claim. */
public final class Scope {
    /** Request a connection, read its schema, capture its credential, verify and revoke it. */
    public static final String CONNECTIONS_WRITE = "connections:write";
    /** Check and list connections, read providers. */
    public static final String CONNECTIONS_READ = "connections:read";
    /** Read a credential. */
    public static final String TOKENS_READ = "tokens:read";
    /** Administer the tenant's own providers. */
    public static final String PROVIDERS_ADMIN = "providers:admin";
    /** Administer the tenant's webhook. */
    public static final String WEBHOOKS_ADMIN = "webhooks:admin";
    /** Read the audit events. */
    public static final String AUDIT_READ = "audit:read";

    private Scope() {}
}
