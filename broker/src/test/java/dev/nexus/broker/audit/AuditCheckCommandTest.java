package dev.nexus.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.RequestedConnection;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class AuditCheckCommandTest {

    private static final String FUTURE = "2999-01-01T00:00:00Z";

    @Inject
    Flow flow;

    @ConfigProperty(name = "quarkus.datasource.reactive.url")
    String url;

    @TempDir
    Path folder;

    private final String tenant = "checked-" + UUID.randomUUID();
    private final Caller caller = new Caller(tenant, "keykeykeykey", "request");

    private record Result(int code, String output) {
        /** The lines about a tenant. Each test has its own tenant, because other tests also plant illegal events. */
        List<String> of(String tenant) {
            return output.lines()
                    .filter(line -> line.contains("tenant=" + tenant + " "))
                    .toList();
        }
    }

    private Result run(int page, String... further) throws Exception {
        return runOn(url, page, further);
    }

    private Result runOn(String database, int page, String... further) throws Exception {
        Path password = Files.writeString(folder.resolve("password-" + UUID.randomUUID()), "postgres\n");
        List<String> arguments = new ArrayList<>(
                List.of("--database-url", database, "--database-user", "postgres", "--database-password-file"));
        arguments.add(password.toString());
        arguments.addAll(List.of(further));
        StringWriter output = new StringWriter();
        int code = new CommandLine(new AuditCheckCommand(page))
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true))
                .execute(arguments.toArray(String[]::new));
        return new Result(code, output.toString());
    }

    private UUID plant(UUID connection, String action) {
        return flow.sql(
                        "insert into audit_event (tenant, action, outcome, connection_id, workspace_id, key_id, request_id)"
                                + " values ($1, $2, 'success', $3, 'w', 'k', 'r') returning id",
                        tenant,
                        action,
                        connection)
                .iterator()
                .next()
                .getUUID(0);
    }

    @Test
    void the_events_of_real_connections_are_legal_and_a_planted_one_is_found_with_its_ids() throws Exception {
        UUID superseded = flow.connect(caller, "w", "old");
        UUID active = flow.connect(caller, "w", "new");
        flow.read(caller, superseded);
        flow.read(caller, active);
        RequestedConnection pending = flow.begin(caller, "pending");
        flow.revoke(caller, active);
        flow.revoke(caller, pending.connectionId());
        Result before = run(AuditTrailStatements.PAGE, "--until", FUTURE);

        UUID planted = plant(active, "connection.activated");
        Result after = run(AuditTrailStatements.PAGE, "--until", FUTURE);

        assertThat(before.of(tenant)).isEmpty();
        assertThat(after.code()).isEqualTo(1);
        assertThat(after.of(tenant))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(
                                "connection_id=" + active,
                                "event_id=" + planted,
                                "action=connection.activated",
                                "state=ended")
                        .doesNotContain("keykeykeykey"));
    }

    @Test
    void each_page_continues_where_the_page_before_ended() throws Exception {
        List<UUID> connections = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            UUID connection = flow.connect(caller, "w-" + i, "key");
            for (int read = 0; read <= i; read++) {
                flow.read(caller, connection);
            }
            connections.add(connection);
        }
        UUID last = plant(connections.get(4), "connection.requested");
        UUID only = UUID.randomUUID();
        UUID unrequested = plant(only, "connection.expired");

        for (int page : new int[] {1, 2, 3, 7}) {
            assertThat(run(page, "--until", FUTURE).of(tenant))
                    .as("page of " + page)
                    .hasSize(2)
                    .anyMatch(line -> line.contains("event_id=" + last))
                    .anyMatch(line -> line.contains("event_id=" + unrequested));
        }
    }

    @Test
    void by_default_events_of_the_last_minute_are_not_checked() throws Exception {
        plant(UUID.randomUUID(), "connection.activated");

        assertThat(run(AuditTrailStatements.PAGE).of(tenant)).isEmpty();
    }

    @Test
    void an_unreachable_database_and_a_malformed_option_exit_with_2() throws Exception {
        Result unreachable = runOn("postgresql://127.0.0.1:1/none", AuditTrailStatements.PAGE);
        Result malformed = run(AuditTrailStatements.PAGE, "--until", "yesterday");

        assertThat(unreachable.code()).isEqualTo(2);
        assertThat(unreachable.output()).contains("The audit trail was not checked completely");
        assertThat(malformed.code()).isEqualTo(2);
        assertThat(malformed.output()).contains("--until");
    }
}
