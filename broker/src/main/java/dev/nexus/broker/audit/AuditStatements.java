package dev.nexus.broker.audit;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Inserts the events of many credential reads in one statement. Each row has its own tenant. */
@ApplicationScoped
class AuditStatements {

    private static final String INSERT_READS = Audit.of(AuditAction.CREDENTIAL_READ)
            .identity("id", "at")
            .connectionEvents("""
                    unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bool[], $5::uuid[], $6::text[], $7::uuid[],
                           $8::text[], $9::text[], $10::text[])
                        as r(id, at, tenant, opened, connection_id, workspace_id, provider_id, key_id, request_id,
                             client_address)
                    """)
            .successIf("opened")
            .by("key_id", "request_id", "client_address")
            .insert();

    private final Pool pool;

    AuditStatements(Pool pool) {
        this.pool = pool;
    }

    Uni<Void> insert(List<CredentialRead> reads) {
        Tuple columns = Tuple.tuple();
        columns.addArrayOfUUID(column(reads, CredentialRead::id).toArray(UUID[]::new));
        columns.addArrayOfOffsetDateTime(column(reads, CredentialRead::at).toArray(OffsetDateTime[]::new));
        columns.addArrayOfString(column(reads, read -> read.caller().tenant()).toArray(String[]::new));
        columns.addArrayOfBoolean(column(reads, CredentialRead::opened).toArray(Boolean[]::new));
        columns.addArrayOfUUID(column(reads, CredentialRead::connection).toArray(UUID[]::new));
        columns.addArrayOfString(column(reads, CredentialRead::workspaceId).toArray(String[]::new));
        columns.addArrayOfUUID(column(reads, CredentialRead::provider).toArray(UUID[]::new));
        columns.addArrayOfString(column(reads, read -> read.caller().keyId()).toArray(String[]::new));
        columns.addArrayOfString(
                column(reads, read -> read.caller().requestId()).toArray(String[]::new));
        // Does not call column(), whose T is not nullable: an address can be null.
        columns.addArrayOfString(
                reads.stream().map(read -> read.caller().address()).toArray(String[]::new));
        return pool.preparedQuery(INSERT_READS).execute(columns).replaceWithVoid();
    }

    private static <T> List<T> column(List<CredentialRead> reads, Function<CredentialRead, T> value) {
        return reads.stream().map(value).toList();
    }
}
