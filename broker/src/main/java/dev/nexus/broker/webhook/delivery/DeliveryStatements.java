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
 * The statements of the deliveries: one that claims, for every tenant at once, and those that say what came of it, with the
 * tenant in each. A claim is a time until which the event is nobody else's; the transaction is over before anything is sent.
 */
@ApplicationScoped
class DeliveryStatements {

    /**
     * From one endpoint that something waits for to the next by the index, however much waits for each; in any order, so
     * that none is always last. Of each as many as it is given, and none that another replica takes at this moment.
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

    /** Whoever has the claim by now: the receiver has it. */
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

    /** Only while the claim is this attempt's. */
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

    /** Nothing was sent: it does not count as an attempt. */
    static final String POSTPONE = """
            update webhook_event
            set attempts = attempts - 1,
                next_attempt_at = clock_timestamp() + $4::float8 * interval '1 millisecond'
            where tenant = $1 and id = $2 and attempts = $3 and status = 'pending'
            """;

    /** Only where it is still the URL that has said so. */
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

    /** Rows in one batch of {@link #expire} and {@link #forget}. */
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

    static final String FORGET = """
            delete from webhook_event where id = any(array(
                select id from webhook_event
                where status <> 'pending' and ended_at <= now() - $1::float8 * interval '1 millisecond'
                order by ended_at limit %d for update skip locked))
            """.formatted(BATCH);

    static final String FORGET_SECRETS = "delete from webhook_secret where valid_until <= now()";

    private final Pool pool;

    DeliveryStatements(Pool pool) {
        this.pool = pool;
    }

    /**
     * What to claim.
     *
     * @param busy endpoints of which nothing is claimed
     * @param failing endpoints of which one event is
     * @param perEndpoint how many of any other
     * @param limit how many in all
     * @param lease how long they are nobody else's
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

    /** Disables the endpoint that {@code delivery} went to; false where it was changed meanwhile. */
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
     * What waits, of every tenant.
     *
     * @param oldest seconds since the oldest of it happened; 0 where nothing waits
     * @param overdue seconds since the most overdue of it should have been tried; 0 where none is
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

    /** Gives up a batch of events that happened longer ago than {@code age} and still wait; how many. */
    Uni<Integer> expire(Duration age) {
        return pool.preparedQuery(EXPIRE)
                .execute(Tuple.of((double) age.toMillis()))
                .map(rows -> rows.rowCount());
    }

    /** Deletes a batch of events that ended longer ago than {@code keep}; how many. */
    Uni<Integer> forget(Duration keep) {
        return pool.preparedQuery(FORGET)
                .execute(Tuple.of((double) keep.toMillis()))
                .map(rows -> rows.rowCount());
    }

    /** Deletes the secrets that sign no more. */
    Uni<Void> forgetSecrets() {
        return pool.preparedQuery(FORGET_SECRETS).execute().replaceWithVoid();
    }

    private Uni<Void> run(String statement, Tuple values) {
        return pool.preparedQuery(statement).execute(values).replaceWithVoid();
    }
}
