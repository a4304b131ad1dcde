package dev.nexus.broker.state;

import dev.nexus.broker.cipher.Ciphertext;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** SQL statements on state_key. State keys do not belong to a tenant. */
@ApplicationScoped
class StateKeyStatements {

    private static final String FIND = """
            select kid, cipher, key_version, sealed, signs_from, verifies_until from state_key
            where verifies_until is null or verifies_until > clock_timestamp()
            """;

    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended('nexus:state-key-ring', 0))";

    /**
     * Runs while the transaction holds {@link #LOCK}, and uses the database's clock. $5 is rotateEvery and $6 is
     * publishAhead, in milliseconds. The first key signs immediately. Each other key begins to sign publishAhead later.
     * Inserts nothing if the newest key is not due for rotation. A key is due publishAhead before it has signed for
     * rotateEvery.
     */
    private static final String PUBLISH = """
            insert into state_key (kid, cipher, key_version, sealed, signs_from)
            select $1, $2, $3, $4,
                   case when newest is null then clock_timestamp()
                        else clock_timestamp() + $6::float8 * interval '1 millisecond' end
            from (select max(signs_from) as newest from state_key) ring
            where newest is null
               or newest + ($5::float8 - $6::float8) * interval '1 millisecond' <= clock_timestamp()
            """;

    /**
     * A key verifies for 24 hours after the next key begins to sign. This is the longest lifetime that
     * {@link StateConfig#ttl} allows, without the leeway of {@link StateTokens}.
     */
    private static final String RETIRE = """
            update state_key k
            set verifies_until = (select min(s.signs_from) from state_key s where s.signs_from > k.signs_from)
                                 + interval '24 hours'
            where verifies_until is null
              and exists (select 1 from state_key s where s.signs_from > k.signs_from)
            """;

    private static final String DELETE = "delete from state_key where verifies_until <= clock_timestamp()";

    private final Pool pool;

    StateKeyStatements(Pool pool) {
        this.pool = pool;
    }

    /** A key as it is stored. */
    record SealedKey(String kid, Ciphertext sealed, Instant signsFrom, Optional<Instant> verifiesUntil) {}

    Uni<List<SealedKey>> find() {
        return pool.preparedQuery(FIND).execute().map(rows -> {
            List<SealedKey> keys = new ArrayList<>();
            for (Row row : rows) {
                keys.add(key(row));
            }
            return keys;
        });
    }

    private static SealedKey key(Row row) {
        return new SealedKey(
                row.getString("kid"),
                new Ciphertext(
                        row.getString("cipher"),
                        row.getInteger("key_version"),
                        row.getBuffer("sealed").getDelegate()),
                row.getOffsetDateTime("signs_from").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("verifies_until")).map(OffsetDateTime::toInstant));
    }

    /**
     * Stores the key, unless another replica has already published the key that was due. Then sets the time at which
     * each older key stops verifying: 24 hours after the next key begins to sign. Deletes the keys that no longer
     * verify.
     */
    Uni<Void> publish(String kid, Ciphertext sealed, Duration rotateEvery, Duration publishAhead) {
        Tuple values = Tuple.tuple(List.of(
                kid, sealed.cipher(), sealed.keyVersion(), sealed.bytes(), (double) rotateEvery.toMillis(), (double)
                        publishAhead.toMillis()));
        return pool.withTransaction(transaction -> transaction
                .preparedQuery(LOCK)
                .execute()
                .chain(() -> transaction.preparedQuery(PUBLISH).execute(values))
                .chain(() -> transaction.preparedQuery(RETIRE).execute())
                .chain(() -> transaction.preparedQuery(DELETE).execute())
                .replaceWithVoid());
    }
}
