package dev.nexus.broker.webhook;

import dev.nexus.broker.cipher.Ciphertext;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the signing secrets of an endpoint, for its deliveries. */
@ApplicationScoped
public class SecretStatements {

    /** Selects the valid secrets, newest first. */
    private static final String SECRETS = """
            select id, cipher, key_version, sealed, created_at, valid_until from webhook_secret
            where tenant = $1 and endpoint_id = $2 and (valid_until is null or valid_until > now())
            order by valid_until desc nulls first
            """;

    private final Pool pool;

    SecretStatements(Pool pool) {
        this.pool = pool;
    }

    /** Returns the valid secrets, newest first. */
    public Uni<List<SealedSecret>> valid(String tenant, UUID endpoint) {
        return pool.preparedQuery(SECRETS).execute(Tuple.of(tenant, endpoint)).map(SecretStatements::secrets);
    }

    private static List<SealedSecret> secrets(RowSet<Row> rows) {
        List<SealedSecret> secrets = new ArrayList<>(rows.size());
        for (Row row : rows) {
            OffsetDateTime validUntil = row.getOffsetDateTime("valid_until");
            secrets.add(new SealedSecret(
                    row.getUUID("id"),
                    new Ciphertext(
                            row.getString("cipher"),
                            row.getInteger("key_version"),
                            row.getBuffer("sealed").getDelegate()),
                    row.getOffsetDateTime("created_at"),
                    Optional.ofNullable(validUntil)));
        }
        return secrets;
    }
}
