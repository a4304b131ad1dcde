package dev.nexus.broker.webhook.delivery;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.webhook.delivery.DeliveryBatch.Target;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * SQL statements of the deliveries. The claim and the statements of background jobs apply to all tenants. Each
 * statement that stores an outcome is limited to one tenant. A claim reserves an event until a point in time. The
 * transaction of the claim ends before the event is sent.
 */
@ApplicationScoped
class DeliveryStatements {

    /**
     * Finds the endpoints with pending events by one index lookup for each endpoint, so that a long backlog of one
     * endpoint does not slow the claim. Uses a random order, so that no endpoint is always last. Claims a limited
     * number of events for each endpoint. Skips events that another replica is claiming.
     */
    static final String CLAIM = """
            with recursive waiting as (
                (select endpoint_id from webhook_event where status = 'pending' order by endpoint_id limit 1)
                union all
                select n.endpoint_id from waiting w cross join lateral (
                    select endpoint_id from webhook_event
                        where status = 'pending' and endpoint_id > w.endpoint_id order by endpoint_id limit 1) n
            ), due as (
                select d.id
                from (select endpoint_id from waiting where endpoint_id <> all($1::uuid[]) order by random()) w
                cross join lateral (
                    select id from webhook_event
                    where status = 'pending' and endpoint_id = w.endpoint_id and next_attempt_at <= now()
                    order by next_attempt_at
                    limit case when w.endpoint_id = any($2::uuid[]) then 1 else $3::int end
                    for update skip locked) d
                limit $4::int
            ), claimed as (
                update webhook_event
                set attempts = attempts + 1,
                    next_attempt_at = clock_timestamp() + $5::float8 * interval '1 millisecond'
                where id = any(array(select id from due))
                returning *
            )
            select c.id, c.tenant, c.endpoint_id, c.attempts, c.type, c.occurred_at, c.connection_id, c.workspace_id,
                   c.provider_id, p.slug, c.label, c.connection_status, c.replaced_by, e.url, e.edition
            from claimed c
            left join webhook_endpoint e on e.id = c.endpoint_id and e.tenant = c.tenant and e.disabled_at is null
            left join provider p on p.id = c.provider_id
            order by c.occurred_at
            """;

    private static final Audit FAILED = Audit.of(AuditAction.WEBHOOK_FAILED)
            .failure()
            .connectionEvents("ended")
            .bySystem("id::text");

    /**
     * Applies even if the event has been claimed again in the meantime, because the receiver has accepted the event.
     */
    static final String DELIVERED = """
            with ended as (
                update webhook_event set status = 'delivered', ended_at = clock_timestamp(), last_outcome = 'delivered'
                where tenant = $1 and id = $2 and status = 'pending'
                returning *
            )
            """
            + Audit.of(AuditAction.WEBHOOK_DELIVERED)
                    .connectionEvents("ended")
                    .bySystem("id::text")
                    .insert();

    /** Applies only if the event has not been claimed again in the meantime. */
    static final String GIVE_UP = """
            with ended as (
                update webhook_event set status = 'failed', ended_at = clock_timestamp(), last_outcome = $4
                where tenant = $1 and id = $2 and attempts = $3 and status = 'pending'
                returning *
            )
            """ + FAILED.insert();

    static final String RETRY = """
            update webhook_event
            set next_attempt_at = clock_timestamp() + $4::float8 * interval '1 millisecond', last_outcome = $5
            where tenant = $1 and id = $2 and attempts = $3 and status = 'pending'
            """;

    /** Does not count as an attempt, because nothing was sent. */
    static final String POSTPONE = """
            update webhook_event
            set attempts = attempts - 1,
                next_attempt_at = clock_timestamp() + $4::float8 * interval '1 millisecond'
            where tenant = $1 and id = $2 and attempts = $3 and status = 'pending'
            """;

    /** Applies only if the endpoint has not changed since the claim. */
    static final String DISABLE = """
            with disabled as (
                update webhook_endpoint
                set disabled_at = clock_timestamp(), edition = edition + 1, updated_at = clock_timestamp()
                where tenant = $1 and id = $2 and edition = $3 and disabled_at is null
                returning tenant
            )
            """
            + Audit.of(AuditAction.WEBHOOK_DISABLED)
                    .tenants("disabled")
                    .bySystem("$4")
                    .insert();

    static final String WAITING = """
            select count(*) as pending, extract(epoch from now() - min(occurred_at))::float8 as oldest,
                   extract(epoch from now() - min(next_attempt_at))::float8 as overdue
            from webhook_event where status = 'pending'
            """;

    /** The maximum number of rows in a batch of {@link #expire} and {@link #deleteEnded}. */
    static final int BATCH = 500;

    static final String EXPIRE = """
            with ended as (
                update webhook_event
                set status = 'failed', ended_at = clock_timestamp(), last_outcome = coalesce(last_outcome, 'expired')
                where id = any(array(
                    select id from webhook_event
                    where status = 'pending' and occurred_at <= now() - $1::float8 * interval '1 millisecond'
                    order by occurred_at limit %d for update skip locked))
                returning *
            )
            """.formatted(BATCH) + FAILED.insert();

    static final String DELETE_ENDED = """
            delete from webhook_event where id = any(array(
                select id from webhook_event
                where status <> 'pending' and ended_at <= now() - $1::float8 * interval '1 millisecond'
                order by ended_at limit %d for update skip locked))
            """.formatted(BATCH);

    static final String DELETE_EXPIRED_SECRETS = "delete from webhook_secret where valid_until <= now()";

    private final Pool pool;

    DeliveryStatements(Pool pool) {
        this.pool = pool;
    }

    /**
     * The limits of a claim.
     *
     * @param busy endpoints for which no event is claimed
     * @param failing endpoints for which at most one event is claimed
     * @param perEndpoint the maximum number of events for each other endpoint
     * @param limit the maximum number of events in total
     * @param lease the time for which the events are reserved
     */
    record Claim(Set<UUID> busy, Set<UUID> failing, int perEndpoint, int limit, Duration lease) {}

    Uni<List<DeliveryBatch>> claim(Claim claim) {
        return pool.preparedQuery(CLAIM)
                .execute(Tuple.from(new Object[] {
                    claim.busy().toArray(UUID[]::new),
                    claim.failing().toArray(UUID[]::new),
                    claim.perEndpoint(),
                    claim.limit(),
                    (double) claim.lease().toMillis()
                }))
                .map(DeliveryStatements::batches);
    }

    private static List<DeliveryBatch> batches(RowSet<Row> rows) {
        Map<UUID, DeliveryBatch> batches = new LinkedHashMap<>();
        for (Row row : rows) {
            batches.computeIfAbsent(
                            row.getUUID("endpoint_id"),
                            endpoint -> new DeliveryBatch(
                                    row.getString("tenant"), endpoint, target(row), new ArrayList<>()))
                    .deliveries()
                    .add(delivery(row));
        }
        return List.copyOf(batches.values());
    }

    private static Optional<Target> target(Row row) {
        String url = row.getString("url");
        return url == null ? Optional.empty() : Optional.of(new Target(url, row.getInteger("edition")));
    }

    private static Delivery delivery(Row row) {
        return new Delivery(
                row.getUUID("id"),
                row.getInteger("attempts"),
                row.getString("type"),
                row.getOffsetDateTime("occurred_at"),
                row.getUUID("connection_id"),
                row.getString("workspace_id"),
                row.getUUID("provider_id"),
                row.getString("slug"),
                row.getString("label"),
                row.getString("connection_status"),
                row.getUUID("replaced_by"));
    }

    Uni<Void> delivered(String tenant, Delivery delivery) {
        return run(DELIVERED, Tuple.of(tenant, delivery.id()));
    }

    Uni<Void> giveUp(String tenant, Delivery delivery, DeliveryOutcome outcome) {
        return run(GIVE_UP, Tuple.of(tenant, delivery.id(), delivery.attempt(), outcome.wire()));
    }

    Uni<Void> retry(String tenant, Delivery delivery, Duration wait, DeliveryOutcome outcome) {
        return run(
                RETRY, Tuple.of(tenant, delivery.id(), delivery.attempt(), (double) wait.toMillis(), outcome.wire()));
    }

    Uni<Void> postpone(String tenant, Delivery delivery, Duration wait) {
        return run(POSTPONE, Tuple.of(tenant, delivery.id(), delivery.attempt(), (double) wait.toMillis()));
    }

    /** Disables the endpoint. Returns false if the endpoint has changed since the claim, or is deleted. */
    Uni<Boolean> disable(DeliveryBatch batch, Target target, Delivery delivery) {
        return pool.preparedQuery(DISABLE)
                .execute(Tuple.of(
                        batch.tenant(),
                        batch.endpoint(),
                        target.edition(),
                        delivery.id().toString()))
                .map(rows -> rows.rowCount() == 1);
    }

    /**
     * The undelivered events of all tenants.
     *
     * @param oldest the age of the oldest event in seconds, or 0
     * @param overdue the delay of the most overdue attempt in seconds, or 0
     */
    record Waiting(long pending, double oldest, double overdue) {}

    Uni<Waiting> waiting() {
        return pool.preparedQuery(WAITING)
                .execute()
                .map(rows -> rows.iterator().next())
                .map(row -> new Waiting(
                        row.getLong("pending"), seconds(row.getDouble("oldest")), seconds(row.getDouble("overdue"))));
    }

    private static double seconds(@Nullable Double value) {
        return value == null ? 0 : Math.max(0, value);
    }

    /** Marks a batch of undelivered events older than {@code age} as failed. Returns their number. */
    Uni<Integer> expire(Duration age) {
        return pool.preparedQuery(EXPIRE)
                .execute(Tuple.of((double) age.toMillis()))
                .map(rows -> rows.rowCount());
    }

    /** Deletes a batch of events that were delivered or failed longer ago than {@code keep}. Returns their number. */
    Uni<Integer> deleteEnded(Duration keep) {
        return pool.preparedQuery(DELETE_ENDED)
                .execute(Tuple.of((double) keep.toMillis()))
                .map(rows -> rows.rowCount());
    }

    /** Deletes secrets that are no longer valid. */
    Uni<Void> deleteExpiredSecrets() {
        return pool.preparedQuery(DELETE_EXPIRED_SECRETS).execute().replaceWithVoid();
    }

    private Uni<Void> run(String statement, Tuple values) {
        return pool.preparedQuery(statement).execute(values).replaceWithVoid();
    }
}
