package dev.nexus.broker.audit;

import dev.nexus.broker.caller.Caller;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds INSERT statements for audit events. All rows of {@code audit_event} come from these statements. The INSERT for
 * a change is part of the statement that makes the change, or a separate statement in the same transaction. The events
 * of credential reads ({@link ReadAuditLog}) and of a tenant's erasure have a separate transaction.
 *
 * <p>Arguments are SQL expressions: columns, literals or placeholders. The argument {@code rows} is the text after
 * FROM: the name of a common table expression, or a function call with an alias. Immutable. Example:
 *
 * <pre>{@code
 * Audit.of(AuditAction.CONNECTION_ACTIVATED).connections("claimed").by("$6", "$7", "$10").insert()
 * Audit.of(AuditAction.WEBHOOK_DELETED).tenant("$1").by("$2", "$3", "$4").insert()
 * }</pre>
 */
public final class Audit {

    private static final String SUCCESS = "'success'";
    private static final String FAILURE = "'failure'";

    /** The expression of each column, in the order of the columns. */
    private final Map<String, String> columns;

    private final String rows;

    private Audit(Map<String, String> columns, String rows) {
        this.columns = columns;
        this.rows = rows;
    }

    /** An event of {@code action} with the outcome success. */
    public static Audit of(AuditAction action) {
        return new Audit(Map.of(), "").with("action", "'" + action.wire() + "'").with("outcome", SUCCESS);
    }

    /** Sets the outcome to failure. */
    public Audit failure() {
        return with("outcome", FAILURE);
    }

    /** Sets the outcome to success if {@code condition} is true, otherwise to failure. */
    public Audit successIf(String condition) {
        return with("outcome", "case when %s then %s else %s end".formatted(condition, SUCCESS, FAILURE));
    }

    /** Sets the tenant of an event that belongs to no connection. */
    public Audit tenant(String tenant) {
        return with("tenant", tenant);
    }

    /** Sets the provider of an event that belongs to no connection. */
    public Audit provider(String provider) {
        return with("provider_id", provider);
    }

    /** Writes one event for each row of {@code rows}, which has the column tenant. */
    public Audit tenants(String rows) {
        return from(rows).with("tenant", "tenant");
    }

    /**
     * Writes one event for each row of {@code rows}, which has the columns tenant, id, workspace_id and provider_id of
     * a connection.
     */
    public Audit connections(String rows) {
        return tenants(rows).connection("id");
    }

    /**
     * Like {@link #connections}, for rows that have the connection's id in the column connection_id instead of id, such
     * as webhook events.
     */
    public Audit connectionEvents(String rows) {
        return tenants(rows).connection("connection_id");
    }

    private Audit connection(String id) {
        return with("connection_id", id).with("workspace_id", "workspace_id").with("provider_id", "provider_id");
    }

    /** Sets the caller: the id of the API key, the id of the request, and the IP address of the client. */
    public Audit by(String keyId, String requestId, String clientAddress) {
        return with("key_id", keyId).with("request_id", requestId).with("client_address", clientAddress);
    }

    /** Sets the tenant and the caller to named parameters. {@link #parameters} returns their values. */
    public Audit byCaller() {
        return tenant(":tenant").by(":keyId", ":requestId", ":clientAddress");
    }

    /** Returns the values of the parameters of {@link #byCaller}. */
    public static Map<String, @Nullable Object> parameters(Caller caller) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("tenant", caller.tenant());
        values.put("keyId", caller.keyId());
        values.put("requestId", caller.requestId());
        values.put("clientAddress", caller.address());
        return values;
    }

    /** Sets Nexus itself as the caller. {@code requestId} names the job or the webhook event that caused the change. */
    public Audit bySystem(String requestId) {
        return with("key_id", "'system'").with("request_id", requestId);
    }

    /** Sets the id and the time of the event. Without this call, PostgreSQL sets both. */
    Audit identity(String id, String at) {
        return with("id", id).with("at", at);
    }

    public String insert() {
        return into() + select();
    }

    /**
     * Returns one INSERT for these events and {@code others}.
     *
     * @throws IllegalArgumentException if the two have different columns, or the same columns in another order
     */
    public String insertWith(Audit others) {
        if (!List.copyOf(columns.keySet()).equals(List.copyOf(others.columns.keySet()))) {
            throw new IllegalArgumentException("Columns differ: " + columns.keySet() + ", " + others.columns.keySet());
        }
        return into() + Stream.of(this, others).map(Audit::select).collect(Collectors.joining(" union all "));
    }

    private String into() {
        return "insert into audit_event (%s) ".formatted(String.join(", ", columns.keySet()));
    }

    private String select() {
        return "select " + String.join(", ", columns.values()) + (rows.isEmpty() ? "" : " from " + rows);
    }

    private Audit from(String from) {
        return new Audit(columns, from);
    }

    private Audit with(String column, String expression) {
        Map<String, String> changed = new LinkedHashMap<>(columns);
        changed.put(column, expression);
        return new Audit(changed, rows);
    }
}
