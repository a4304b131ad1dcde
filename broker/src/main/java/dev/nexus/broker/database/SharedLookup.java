package dev.nexus.broker.database;

import dev.nexus.broker.batch.NaturalBatch;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds rows by tenant and id. Concurrent callers share statements, see {@link NaturalBatch}. Each caller gets the row
 * for its own pair of tenant and id. Thread-safe.
 */
public final class SharedLookup {

    /**
     * At most two statements of a lookup run at the same time: PostgreSQL works on one while the Broker reads the rows
     * of the other. The few lookups together use a small part of the pool. If captures use the rest, a statement waits
     * longer for its connection, and the next statement has more pairs, up to 64. The limit of 64 pairs bounds the
     * memory for the rows, because a credential has up to 64 KiB. The number of callers that may wait is the same as
     * for the pool.
     */
    private static final NaturalBatch.Limits LIMITS = new NaturalBatch.Limits(2, 64, DatabasePool.MAX_WAITING);

    private final NaturalBatch<Pair, Optional<Row>> batch;

    private record Pair(String tenant, UUID id) {}

    /** @param statement the result of {@link #statement} */
    public SharedLookup(Pool pool, String statement) {
        this.batch = new NaturalBatch<>(
                pairs -> pool.preparedQuery(statement).execute(values(pairs)).map(rows -> inOrder(pairs.size(), rows)),
                LIMITS);
    }

    /**
     * Makes a statement for many pairs from {@code select}, which finds at most one row for {@code pair.tenant} and
     * {@code pair.id}.
     *
     * <p>Both the limit and the inner selects keep PostgreSQL from choosing another plan. Because of the limit,
     * PostgreSQL looks up each pair by an index. Without the limit, a join could read all rows of a table that was
     * small when the statement was planned. The inner selects hide the length of the arrays. Otherwise a plan for the
     * actual length would seem cheaper than a plan for any length, and PostgreSQL would plan each execution.
     */
    public static String statement(String select) {
        return """
                select pair.position, found.*
                from unnest((select $1::text[]), (select $2::uuid[])) with ordinality as pair(tenant, id, position)
                cross join lateral (
                %s
                limit 1
                ) found
                """.formatted(select.stripTrailing());
    }

    /**
     * Returns the row; empty if no such row exists. The caller converts the row, so that a row that cannot be converted
     * fails only this caller. Fails like {@link NaturalBatch#submit}.
     */
    public Uni<Optional<Row>> find(String tenant, UUID id) {
        return batch.submit(tenant, new Pair(tenant, id));
    }

    private static Tuple values(List<Pair> pairs) {
        return Tuple.tuple()
                .addArrayOfString(pairs.stream().map(Pair::tenant).toArray(String[]::new))
                .addArrayOfUUID(pairs.stream().map(Pair::id).toArray(UUID[]::new));
    }

    private static List<Optional<Row>> inOrder(int pairs, RowSet<Row> rows) {
        List<Optional<Row>> found = new ArrayList<>(Collections.nCopies(pairs, Optional.empty()));
        for (Row row : rows) {
            found.set((int) (row.getLong(0) - 1), Optional.of(row));
        }
        return found;
    }
}
