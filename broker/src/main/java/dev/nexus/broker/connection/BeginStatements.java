package dev.nexus.broker.connection;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.database.DatabaseTurns;
import dev.nexus.broker.http.Parameters;
import dev.nexus.contracts.ConnectionRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** The statements that begin a connection: each of them inserts the pending connection and its audit event. */
@ApplicationScoped
class BeginStatements {

    /** A slug finds the tenant's own provider first, then the global one. A UUID finds either. */
    private static final String BEGIN = """
            with chosen as (
                select id, schema_version from provider
                where (%s) and (tenant = $2 or tenant is null) and deleted_at is null
                order by tenant nulls last limit 1
            ), %s inserted as (
                insert into connection
                    (id, tenant, workspace_id, provider_id, schema_version, label, return_url, created_at, expires_at,
                     display_name)
                select $1, $2, $3, id, schema_version, $5, $6, $7, $8, $11 from chosen %s
                returning tenant, id, workspace_id, provider_id
            ), audit as (
                %s
            )
            %s
            """;

    /**
     * Counts the tenant's pending connections up to $13. An expired connection does not count, even if the sweeper has
     * not changed it yet. Because of "select 'pending'", PostgreSQL cannot use the index connection_to_expire, which has
     * the pending connections of all tenants.
     */
    private static final String PENDING = """
            pending as (
                select count(*)::int as found from (
                    select from connection
                    where tenant = $2 and status = (select 'pending')
                      and connection_status(status, expires_at, null) = 'pending'
                    limit $13::int
                ) counted
            ),
            """;

    // The statements with and without a count are separate: PostgreSQL would plan a statement with an optional count at
    // each execution, because its cost varies.
    private static final String BY_ID = "id = $4::uuid";
    private static final String BY_SLUG = "slug = $4::text";

    static final String BEGIN_BY_ID = begin(BY_ID);
    static final String BEGIN_BY_SLUG = begin(BY_SLUG);
    static final String COUNT_AND_BEGIN_BY_ID = countAndBegin(BY_ID);
    static final String COUNT_AND_BEGIN_BY_SLUG = countAndBegin(BY_SLUG);

    private static String begin(String provider) {
        return begin(provider, "", "", "select provider_id from inserted");
    }

    /** Inserts nothing if the tenant has $13 pending connections. */
    private static String countAndBegin(String provider) {
        return begin(
                provider,
                PENDING,
                "where (select found from pending) < $13::int",
                "select found, exists (select from chosen) as provider_found from pending");
    }

    private static String begin(String provider, String pending, String condition, String result) {
        String audit = Audit.of(AuditAction.CONNECTION_REQUESTED)
                .connections("inserted")
                .by("$9", "$10", "$12")
                .insert();
        return BEGIN.formatted(provider, pending, condition, audit, result);
    }

    private final Pool pool;
    private final DatabaseTurns turns;

    BeginStatements(Pool pool, DatabaseTurns turns) {
        this.pool = pool;
        this.turns = turns;
    }

    /** Returns false if no provider has the id or slug of the request. */
    Uni<Boolean> begin(Caller caller, UUID id, ConnectionRequest request, Instant createdAt, Instant expiresAt) {
        Tuple values = values(caller, id, request, createdAt, expiresAt);
        return turns.run(
                caller.tenant(),
                () -> pool.preparedQuery(isId(request) ? BEGIN_BY_ID : BEGIN_BY_SLUG)
                        .execute(values)
                        .map(rows -> rows.size() == 1));
    }

    /**
     * The result of {@link #countAndBegin}.
     *
     * @param pending the number of the tenant's pending connections before this one, at most the limit. At the limit,
     *     no connection was inserted
     * @param providerFound false if no provider has the id or slug of the request. Then no connection was inserted either
     */
    record Counted(int pending, boolean providerFound) {}

    /** Begins the connection only if the tenant has fewer than {@code limit} pending connections. */
    Uni<Counted> countAndBegin(
            Caller caller, UUID id, ConnectionRequest request, Instant createdAt, Instant expiresAt, int limit) {
        Tuple values = values(caller, id, request, createdAt, expiresAt).addInteger(limit);
        return turns.run(
                caller.tenant(),
                () -> pool.preparedQuery(isId(request) ? COUNT_AND_BEGIN_BY_ID : COUNT_AND_BEGIN_BY_SLUG)
                        .execute(values)
                        .map(rows -> {
                            Row row = rows.iterator().next();
                            return new Counted(row.getInteger("found"), row.getBoolean("provider_found"));
                        }));
    }

    private static boolean isId(ConnectionRequest request) {
        return Parameters.uuid(request.provider()).isPresent();
    }

    private static Tuple values(
            Caller caller, UUID id, ConnectionRequest request, Instant createdAt, Instant expiresAt) {
        Optional<UUID> providerId = Parameters.uuid(request.provider());
        String label = request.label();
        return Tuple.from(new Object[] {
            id,
            caller.tenant(),
            request.workspaceId(),
            providerId.<Object>map(known -> known).orElse(request.provider()),
            label == null ? "" : label,
            request.returnUrl(),
            createdAt.atOffset(ZoneOffset.UTC),
            expiresAt.atOffset(ZoneOffset.UTC),
            caller.keyId(),
            caller.requestId(),
            request.displayName(),
            caller.address()
        });
    }
}
