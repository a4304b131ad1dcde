package dev.nexus.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.capture.CaptureStatements;
import dev.nexus.broker.testing.EmbeddedPostgresResource;
import dev.nexus.broker.testing.Flow;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every statement on a large table goes by an index: the plans that PostgreSQL makes, on 20,000 connections. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
class QueryPlanTest {

    @Inject
    Flow flow;

    @Inject
    Pool pool;

    private static boolean filled;

    @BeforeEach
    void fill() {
        if (filled) {
            return;
        }
        flow.sql("""
                insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, created_at,
                                        expires_at, status, activated_at)
                select gen_random_uuid(), 'tenant-' || n % 20, 'w-' || n, p.id, p.schema_version, 'https://a.example/',
                       now(), now() + interval '1 hour', case when n % 2 = 0 then 'active' else 'pending' end, now()
                from generate_series(1, 20000) n, (select id, schema_version from provider where slug = 'api-key') p
                """);
        flow.sql("""
                insert into credential (connection_id, cipher, key_version, ciphertext)
                select id, 'local', 1, '\\x00' from connection where status = 'active' and tenant like 'tenant-%'
                """);
        flow.sql("""
                insert into audit_event (tenant, action, outcome, connection_id, key_id, request_id)
                select tenant, 'credential.read', 'success', id, 'k', 'r' from connection where tenant like 'tenant-%'
                """);
        pool.query("analyze").executeAndAwait();
        filled = true;
    }

    private String plan(String statement) {
        StringBuilder plan = new StringBuilder();
        for (Row row : pool.query("explain (generic_plan) " + statement).executeAndAwait()) {
            plan.append(row.getString(0)).append('\n');
        }
        return plan.toString();
    }

    static Stream<String> statements() {
        return Stream.concat(
                Stream.of(
                        ConnectionRepository.FIND,
                        ConnectionRepository.FIND_STORED,
                        ConnectionRepository.EXISTS,
                        ConnectionRepository.LOCK,
                        ConnectionRepository.REVOKE,
                        SweepRepository.EXPIRE,
                        SweepRepository.DESTROY,
                        list(new ConnectionRepository.Filter(null, null, null, null, null)),
                        list(new ConnectionRepository.Filter("w", null, null, null, null)),
                        list(new ConnectionRepository.Filter("w", "api-key", ConnectionStatus.ACTIVE, "", null))),
                CaptureStatements.all());
    }

    private static String list(ConnectionRepository.Filter filter) {
        return ConnectionRepository.list(new ArrayList<>(List.of("tenant-1")), filter, 50);
    }

    @ParameterizedTest
    @MethodSource("statements")
    void goes_by_an_index(String statement) {
        assertThat(plan(statement))
                .contains("Index")
                .doesNotContain("Seq Scan on connection")
                .doesNotContain("Seq Scan on credential")
                .doesNotContain("Seq Scan on audit_event");
    }

    @Test
    void a_scan_of_the_whole_table_would_be_seen() {
        assertThat(plan("select * from connection where return_url = $1")).contains("Seq Scan on connection");
    }
}
