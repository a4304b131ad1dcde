package dev.nexus.broker.webhook.delivery;

/**
 * Writes an event in the statement that makes the change it tells of: with the change or not at all. A tenant without an
 * endpoint pays for looking whether it has one.
 */
public final class Outbox {

    private Outbox() {}

    /**
     * An INSERT to stand among the parts of a statement; a condition may follow it, beginning with {@code and}.
     *
     * @param changed the part whose rows have changed: tenant, id, workspace_id, provider_id, label, status and replaced_by
     *     of each connection, as they are now
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
