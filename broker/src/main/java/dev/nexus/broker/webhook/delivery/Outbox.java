package dev.nexus.broker.webhook.delivery;

/**
 * Adds an INSERT of an event to the statement that makes a change, so that both are committed or neither is. For a
 * tenant without an endpoint, the cost is one lookup.
 */
public final class Outbox {

    private static final String INTO = """
            insert into webhook_event
                (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label, connection_status,
                 replaced_by)
            """;

    private Outbox() {}

    /**
     * Returns an INSERT. The caller uses it as the body of a common table expression, and may first append a condition
     * that begins with {@code and}.
     *
     * @param changed the name of another common table expression of the same statement. It returns the changed
     *     connections, with the new values of tenant, id, workspace_id, provider_id, label, status and replaced_by
     */
    public static String insert(EventType type, String changed) {
        return INTO + select(type, changed);
    }

    /** Returns one INSERT for two common table expressions. The events of {@code changed} are older. */
    public static String insert(EventType type, String changed, EventType laterType, String changedLater) {
        return INTO + select(type, changed) + "\nunion all\n" + select(laterType, changedLater);
    }

    private static String select(EventType type, String changed) {
        return """
                select gen_random_uuid(), e.id, c.tenant, '%s', c.id, c.workspace_id, c.provider_id, c.label, c.status,
                       c.replaced_by
                from %s c join webhook_endpoint e on e.tenant = c.tenant
                where e.disabled_at is null""".formatted(type.wire(), changed);
    }
}
