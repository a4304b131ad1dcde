package dev.nexus.broker.webhook.delivery;

/**
 * Adds an INSERT of an event to the statement that makes a change, so that both are committed or neither is. For a
 * tenant without an endpoint, the cost is one lookup.
 */
public final class Outbox {

    private Outbox() {}

    /**
     * Returns an INSERT for a common table expression. The caller may append a condition that begins with {@code and}.
     *
     * @param changed the common table expression with the changed connections: tenant, id, workspace_id, provider_id,
     *     label, status and replaced_by, with their new values
     */
    public static String write(EventType type, String changed) {
        return """
                insert into webhook_event
                    (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label, connection_status,
                     replaced_by)
                select gen_random_uuid(), e.id, c.tenant, '%s', c.id, c.workspace_id, c.provider_id, c.label, c.status,
                       c.replaced_by
                from %s c join webhook_endpoint e on e.tenant = c.tenant
                where e.disabled_at is null""".formatted(type.wire(), changed);
    }
}
