package dev.nexus.broker.reseal;

import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CipherBinding.WebhookSecretBinding;
import dev.nexus.broker.cipher.Ciphertext;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** The SQL statements of the re-seal job. They cover all tenants. Each value's tenant is part of its binding. */
@ApplicationScoped
class ResealStatements {

    private static final String ACQUIRE_LEASE = """
            insert into job_lease (name, holder, held_until)
            values ('reseal', $1, clock_timestamp() + $2::float8 * interval '1 millisecond')
            on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
            where job_lease.holder = excluded.holder or job_lease.held_until <= clock_timestamp()
            """;

    private static final String RELEASE_LEASE = "delete from job_lease where name = 'reseal' and holder = $1";

    /** Reads one index entry for each key, so that the number of rows for each key does not matter. */
    private static final String CREDENTIAL_GROUPS = """
            with recursive group_of as (
                (select cipher, key_version from credential order by cipher, key_version limit 1)
                union all
                select next_key.cipher, next_key.key_version from group_of g cross join lateral (
                    select cipher, key_version from credential
                    where (cipher, key_version) > (g.cipher, g.key_version)
                        order by cipher, key_version limit 1) next_key
            )
            select cipher, key_version from group_of
            """;

    private static final String CREDENTIAL_COUNT = bounded("credential");

    private static final String CREDENTIALS = """
            select k.connection_id as id, k.ciphertext as sealed, c.tenant, c.provider_id
            from credential k join connection c on c.id = k.connection_id
            where k.cipher = $1 and k.key_version = $2 and k.connection_id > $3::text::uuid
            order by k.connection_id limit $4
            """;

    /**
     * Counts at most $3 rows. A count of all rows could take longer than the time limit of a statement. If more
     * rows exist, returns PostgreSQL's estimate for the table, but at least $3.
     */
    private static String bounded(String table) {
        return """
                select case when counted < $3 then counted else greatest(counted, (
                    select reltuples::bigint from pg_class where oid = '%1$s'::regclass)) end
                from (select count(*) as counted from (
                    select 1 from %1$s where cipher = $1 and key_version = $2 limit $3) counted_rows) found
                """.formatted(table);
    }

    /** Does not change a row that was captured again, deleted or encrypted again in the meantime. */
    private static final String REPLACE_CREDENTIAL = """
            update credential set cipher = $3, key_version = $4, ciphertext = $5, sealed_at = clock_timestamp()
            where connection_id = $1::text::uuid and ciphertext = $2
            """;

    private static final String STATE_KEY_GROUPS = "select distinct cipher, key_version from state_key";

    private static final String STATE_KEY_COUNT = bounded("state_key");

    private static final String STATE_KEYS = """
            select kid as id, sealed from state_key
            where cipher = $1 and key_version = $2 and kid > $3 order by kid limit $4
            """;

    private static final String REPLACE_STATE_KEY =
            "update state_key set cipher = $3, key_version = $4, sealed = $5 where kid = $1 and sealed = $2";

    private static final String WEBHOOK_SECRET_GROUPS = "select distinct cipher, key_version from webhook_secret";

    private static final String WEBHOOK_SECRET_COUNT = bounded("webhook_secret");

    private static final String WEBHOOK_SECRETS = """
            select id, sealed, tenant, endpoint_id from webhook_secret
            where cipher = $1 and key_version = $2 and id > $3::text::uuid order by id limit $4
            """;

    private static final String REPLACE_WEBHOOK_SECRET = """
            update webhook_secret set cipher = $3, key_version = $4, sealed = $5
            where id = $1::text::uuid and sealed = $2
            """;

    private static final String BEFORE_ALL_UUIDS = new UUID(0, 0).toString();

    private final Pool pool;

    ResealStatements(Pool pool) {
        this.pool = pool;
    }

    /** Acquires or renews the lease. Returns false while another replica holds it. */
    Uni<Boolean> acquireLease(String holder, Duration lease) {
        return pool.preparedQuery(ACQUIRE_LEASE)
                .execute(Tuple.of(holder, (double) lease.toMillis()))
                .map(rows -> rows.rowCount() == 1);
    }

    Uni<Void> releaseLease(String holder) {
        return pool.preparedQuery(RELEASE_LEASE).execute(Tuple.of(holder)).replaceWithVoid();
    }

    /** The statements of one table. */
    private record Statements(String groups, String count, String next, String replace) {

        static Statements of(SealedTable table) {
            return switch (table) {
                case CREDENTIAL -> new Statements(CREDENTIAL_GROUPS, CREDENTIAL_COUNT, CREDENTIALS, REPLACE_CREDENTIAL);
                case STATE_KEY -> new Statements(STATE_KEY_GROUPS, STATE_KEY_COUNT, STATE_KEYS, REPLACE_STATE_KEY);
                case WEBHOOK_SECRET ->
                    new Statements(
                            WEBHOOK_SECRET_GROUPS, WEBHOOK_SECRET_COUNT, WEBHOOK_SECRETS, REPLACE_WEBHOOK_SECRET);
            };
        }
    }

    Uni<List<SealedGroup>> groups(SealedTable table) {
        return pool.preparedQuery(Statements.of(table).groups())
                .execute()
                .map(rows -> each(
                        rows, row -> new SealedGroup(table, row.getString("cipher"), row.getInteger("key_version"))));
    }

    /** Counts the values of the group exactly up to {@code limit}. Estimates a higher number. */
    Uni<Long> count(SealedGroup group, long limit) {
        return pool.preparedQuery(Statements.of(group.table()).count())
                .execute(Tuple.of(group.cipher(), group.keyVersion(), limit))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Returns at most {@code limit} values whose ids follow {@code after}, ordered by id. Pass {@code ""} to begin. */
    Uni<List<SealedValue>> next(SealedGroup group, String after, int limit) {
        String start = group.table() != SealedTable.STATE_KEY && after.isEmpty() ? BEFORE_ALL_UUIDS : after;
        return pool.preparedQuery(Statements.of(group.table()).next())
                .execute(Tuple.of(group.cipher(), group.keyVersion(), start, limit))
                .map(rows -> each(rows, row -> switch (group.table()) {
                    case CREDENTIAL -> credential(group, row);
                    case STATE_KEY -> stateKey(group, row);
                    case WEBHOOK_SECRET -> webhookSecret(group, row);
                }));
    }

    private static SealedValue credential(SealedGroup group, Row row) {
        UUID id = row.getUUID("id");
        return new SealedValue(
                id.toString(),
                new CredentialBinding(row.getString("tenant"), id, row.getUUID("provider_id")),
                ciphertext(group, row));
    }

    private static SealedValue stateKey(SealedGroup group, Row row) {
        return new SealedValue(row.getString("id"), new StateKeyBinding(row.getString("id")), ciphertext(group, row));
    }

    private static SealedValue webhookSecret(SealedGroup group, Row row) {
        UUID id = row.getUUID("id");
        return new SealedValue(
                id.toString(),
                new WebhookSecretBinding(row.getString("tenant"), row.getUUID("endpoint_id"), id),
                ciphertext(group, row));
    }

    private static Ciphertext ciphertext(SealedGroup group, Row row) {
        return new Ciphertext(
                group.cipher(), group.keyVersion(), row.getBuffer("sealed").getDelegate());
    }

    /** A stored value and its new ciphertext. */
    record Resealed(SealedValue previous, Ciphertext ciphertext) {}

    /**
     * Stores the new ciphertexts, in one transaction. Does not change a row whose ciphertext has changed since the job
     * read the row.
     *
     * @return the number of changed rows
     */
    Uni<Integer> replace(SealedTable table, List<Resealed> values) {
        if (values.isEmpty()) {
            return Uni.createFrom().item(0);
        }
        List<Tuple> rows = values.stream()
                .map(value -> Tuple.tuple(List.of(
                        value.previous().id(),
                        value.previous().ciphertext().bytes(),
                        value.ciphertext().cipher(),
                        value.ciphertext().keyVersion(),
                        value.ciphertext().bytes())))
                .toList();
        return pool.preparedQuery(Statements.of(table).replace())
                .executeBatch(rows)
                .map(ResealStatements::updated);
    }

    private static int updated(RowSet<Row> first) {
        int updated = 0;
        for (RowSet<Row> result = first; result != null; result = result.next()) {
            updated += result.rowCount();
        }
        return updated;
    }

    private static <T> List<T> each(RowSet<Row> rows, Function<Row, T> read) {
        List<T> all = new ArrayList<>(rows.size());
        for (Row row : rows) {
            all.add(read.apply(row));
        }
        return all;
    }
}
