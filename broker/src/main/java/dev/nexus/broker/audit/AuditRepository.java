package dev.nexus.broker.audit;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The statements on audit_event; the tenant is in each. */
@ApplicationScoped
class AuditRepository {

    private static final String INSERT_READS = """
            insert into audit_event
                (id, at, tenant, action, outcome, connection_id, workspace_id, provider_id, key_id, request_id)
            select id, at, tenant, 'credential.read', case when opened then 'success' else 'failure' end,
                   connection_id, workspace_id, provider_id, key_id, request_id
            from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bool[], $5::uuid[], $6::text[], $7::uuid[],
                        $8::text[], $9::text[])
                as r(id, at, tenant, opened, connection_id, workspace_id, provider_id, key_id, request_id)
            """;

    private final Pool pool;

    AuditRepository(Pool pool) {
        this.pool = pool;
    }

    Uni<Void> insert(List<CredentialRead> reads) {
        Tuple row = Tuple.tuple();
        row.addArrayOfUUID(column(reads, CredentialRead::id).toArray(UUID[]::new));
        row.addArrayOfOffsetDateTime(column(reads, CredentialRead::at).toArray(OffsetDateTime[]::new));
        row.addArrayOfString(column(reads, read -> read.caller().tenant()).toArray(String[]::new));
        row.addArrayOfBoolean(column(reads, CredentialRead::opened).toArray(Boolean[]::new));
        row.addArrayOfUUID(column(reads, CredentialRead::connection).toArray(UUID[]::new));
        row.addArrayOfString(column(reads, CredentialRead::workspaceId).toArray(String[]::new));
        row.addArrayOfUUID(column(reads, CredentialRead::provider).toArray(UUID[]::new));
        row.addArrayOfString(column(reads, read -> read.caller().keyId()).toArray(String[]::new));
        row.addArrayOfString(column(reads, read -> read.caller().requestId()).toArray(String[]::new));
        return pool.preparedQuery(INSERT_READS).execute(row).replaceWithVoid();
    }

    private static <T> List<T> column(List<CredentialRead> reads, Function<CredentialRead, T> value) {
        return reads.stream().map(value).toList();
    }

    /** Which events to find; null means any. */
    record Filter(
            @Nullable UUID connection,
            @Nullable AuditAction action,
            @Nullable OffsetDateTime from,
            @Nullable OffsetDateTime to,
            @Nullable AuditCursor after) {}

    Uni<List<AuditEvent>> find(String tenant, Filter filter, int limit) {
        StringBuilder sql = new StringBuilder("""
                select id, at, action, outcome, connection_id, workspace_id, provider_id, key_id, request_id
                from audit_event where tenant = $1""");
        List<Object> values = new ArrayList<>(List.of(tenant));
        if (filter.connection() != null) {
            sql.append(" and connection_id = $").append(add(values, filter.connection()));
        }
        if (filter.action() != null) {
            sql.append(" and action = $").append(add(values, filter.action().wire()));
        }
        if (filter.from() != null) {
            sql.append(" and at >= $").append(add(values, filter.from()));
        }
        if (filter.to() != null) {
            sql.append(" and at < $").append(add(values, filter.to()));
        }
        if (filter.after() != null) {
            sql.append(" and (at, id) < ($").append(add(values, filter.after().at()));
            sql.append(", $").append(add(values, filter.after().id())).append(")");
        }
        sql.append(" order by at desc, id desc limit $").append(add(values, limit));
        return pool.preparedQuery(sql.toString()).execute(Tuple.tuple(values)).map(AuditRepository::events);
    }

    private static int add(List<Object> values, Object value) {
        values.add(value);
        return values.size();
    }

    private static List<AuditEvent> events(RowSet<Row> rows) {
        List<AuditEvent> events = new ArrayList<>(rows.size());
        for (Row row : rows) {
            events.add(new AuditEvent(
                    row.getUUID("id"),
                    row.getOffsetDateTime("at"),
                    row.getString("action"),
                    row.getString("outcome"),
                    row.getUUID("connection_id"),
                    row.getString("workspace_id"),
                    row.getUUID("provider_id"),
                    row.getString("key_id"),
                    row.getString("request_id")));
        }
        return events;
    }
}
