package dev.nexus.broker.tenant;

import static dev.nexus.broker.testing.Flow.await;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.tenant.EraseTenant.Outcome;
import dev.nexus.broker.tenant.TenantErasureStatements.Destroyed;
import dev.nexus.broker.tenant.TenantErasureStatements.Holdings;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.RequestedConnection;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Transaction;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class EraseTenantTest {

    @Inject
    Flow flow;

    @Inject
    Pool pool;

    @Inject
    Vertx vertx;

    @ConfigProperty(name = "quarkus.datasource.reactive.url")
    String url;

    @TempDir
    Path folder;

    private final String tenant = "tenant-" + UUID.randomUUID();
    private final Caller caller = new Caller(tenant, "keykeykeykey", "request");

    private record Result(int code, String output) {}

    private Result run(String... further) throws Exception {
        Path password = Files.writeString(folder.resolve("password-" + UUID.randomUUID()), "postgres\n");
        List<String> arguments = new ArrayList<>(List.of(
                "--tenant",
                tenant,
                "--database-url",
                url,
                "--database-user",
                "postgres",
                "--database-password-file",
                password.toString()));
        arguments.addAll(List.of(further));
        StringWriter output = new StringWriter();
        int code = new CommandLine(new EraseTenantCommand())
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true))
                .execute(arguments.toArray(String[]::new));
        return new Result(code, output.toString());
    }

    private long connections(String ofTenant) {
        return flow.count("select count(*) from connection where tenant = $1", ofTenant);
    }

    /** Creates an active and a superseded connection with one ciphertext each. The active one was requested first. */
    private void connectTwice(String workspace) {
        RequestedConnection second = flow.begin(caller, workspace);
        flow.connect(caller, workspace, "first");
        flow.capture(caller, second, "second");
    }

    private void insertOwnProvider() {
        UUID id = UUID.randomUUID();
        flow.sql(
                "with v as (insert into provider_version (provider_id, version, credential_schema, strategy) values ($1, 1,"
                        + " '{}', '{}')) insert into provider (id, tenant, slug, name, auth_type, schema_version) values ($1,"
                        + " $2, 'own', 'Own', 'api_key', 1)",
                id,
                tenant);
    }

    @Test
    void all_connections_and_credentials_of_the_tenant_and_none_of_others_are_erased() throws Exception {
        UUID others = flow.connect(Flow.GLOBEX, UUID.randomUUID().toString(), "theirs");
        long global = flow.count("select count(*) from provider where tenant is null");
        for (int i = 0; i < 4; i++) {
            connectTwice("workspace");
        }
        flow.begin(caller, "pending");
        Path receipt = folder.resolve("receipt.json");

        Result result = run("--yes", "--receipt", receipt.toString(), "--batch", "2");

        assertThat(result.code()).as(result.output()).isZero();
        JsonNode written = new ObjectMapper().readTree(receipt.toFile());
        assertThat(written.path("tenant").asText()).isEqualTo(tenant);
        assertThat(written.path("connections_deleted").asLong()).isEqualTo(9);
        assertThat(written.path("credentials_destroyed").asLong()).isEqualTo(8);
        assertThat(written.path("audit_events_kept").asLong())
                .isEqualTo(flow.count("select count(*) from audit_event where tenant = $1", tenant));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(receipt)))
                .isEqualTo("rw-------");
        assertThat(connections(tenant)).isZero();
        assertThat(flow.read(Flow.GLOBEX, others)).contains("theirs");
        assertThat(flow.count("select count(*) from provider where tenant is null"))
                .isEqualTo(global);
        assertThat(flow.count(
                        "select count(*) from audit_event where tenant = $1 and action = 'credential.destroyed'",
                        tenant))
                .isEqualTo(8);
        assertThat(flow.count(
                        "select count(*) from audit_event where tenant = $1 and action = 'tenant.erased'", tenant))
                .isEqualTo(1);
    }

    @Test
    void the_tenants_own_providers_are_erased_with_their_versions() throws Exception {
        insertOwnProvider();

        Result result = run("--yes", "--receipt", folder.resolve("receipt.json").toString());

        assertThat(result.code()).as(result.output()).isZero();
        JsonNode written =
                new ObjectMapper().readTree(folder.resolve("receipt.json").toFile());
        assertThat(written.path("providers_deleted").asLong()).isEqualTo(1);
        assertThat(written.path("provider_versions_deleted").asLong()).isEqualTo(1);
        assertThat(flow.count("select count(*) from provider where tenant = $1", tenant))
                .isZero();
    }

    @Test
    void the_webhook_is_erased_with_its_secrets_and_events_and_that_of_another_tenant_is_kept() throws Exception {
        for (String webhookTenant : List.of(tenant, "other-" + tenant)) {
            flow.sql(
                    "with e as (insert into webhook_endpoint (id, tenant, url) values (gen_random_uuid(), $1, '') returning"
                            + " id, tenant), s as (insert into webhook_secret (id, endpoint_id, tenant, cipher, key_version,"
                            + " sealed) select gen_random_uuid(), id, tenant, 'local', 1, '\\x00' from e) insert into"
                            + " webhook_event (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label,"
                            + " connection_status, next_attempt_at) select gen_random_uuid(), id, tenant,"
                            + " 'connection.revoked', gen_random_uuid(), 'w', gen_random_uuid(), '', 'revoked', now() +"
                            + " interval '1 day' from e, generate_series(1, 5)",
                    webhookTenant);
        }

        Result result = run("--yes", "--receipt", folder.resolve("receipt.json").toString(), "--batch", "2");

        assertThat(result.code()).as(result.output()).isZero();
        JsonNode written =
                new ObjectMapper().readTree(folder.resolve("receipt.json").toFile());
        assertThat(written.path("webhooks_deleted").asLong()).isEqualTo(6);
        for (String table : List.of("webhook_endpoint", "webhook_secret", "webhook_event")) {
            assertThat(flow.count("select count(*) from " + table + " where tenant = $1", tenant))
                    .isZero();
            assertThat(flow.count("select count(*) from " + table + " where tenant = $1", "other-" + tenant))
                    .isPositive();
        }
        flow.sql("delete from webhook_event where tenant = $1", "other-" + tenant);
        flow.sql("delete from webhook_endpoint where tenant = $1", "other-" + tenant);
    }

    @Test
    void without_yes_the_command_prints_the_counts_and_erases_nothing() throws Exception {
        connectTwice("workspace");

        Result result = run();

        assertThat(result.code()).isZero();
        assertThat(result.output()).contains("Nothing was erased", "2 credentials", "2 connections");
        assertThat(connections(tenant)).isEqualTo(2);
    }

    @Test
    void an_existing_receipt_is_refused_before_any_row_is_erased() throws Exception {
        connectTwice("workspace");
        Path receipt = Files.writeString(folder.resolve("receipt.json"), "existing");

        Result result = run("--yes", "--receipt", receipt.toString());

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.output()).contains("--receipt");
        assertThat(connections(tenant)).isEqualTo(2);
        assertThat(Files.readString(receipt)).isEqualTo("existing");
    }

    @Test
    void an_interrupted_run_is_completed_by_the_next_run() throws Exception {
        for (int i = 0; i < 3; i++) {
            connectTwice("workspace-" + i);
        }
        TenantErasureStatements repository = new TenantErasureStatements(pool);
        await(repository.destroyCredentials(tenant, TenantErasureStatements.BEFORE_FIRST, 2));
        await(repository.deleteConnections(tenant, 3));

        Outcome outcome = await(new EraseTenant(repository, 2, (kind, rows) -> {}).run(tenant));

        assertThat(outcome.connections()).isEqualTo(3);
        assertThat(outcome.left().isErased()).isTrue();
    }

    @Test
    void credentials_that_captures_store_during_the_run_are_counted_and_audited() {
        connectTwice("workspace");
        TenantErasureStatements beforeCaptures = new TenantErasureStatements(pool) {
            @Override
            Uni<Destroyed> destroyCredentials(String tenant, UUID before, int batch) {
                return Uni.createFrom().item(new Destroyed(0, null));
            }
        };

        Outcome outcome = await(new EraseTenant(beforeCaptures, 1, (kind, rows) -> {}).run(tenant));

        assertThat(outcome.credentials()).isEqualTo(2);
        assertThat(flow.count(
                        "select count(*) from audit_event where tenant = $1 and action = 'credential.destroyed'"
                                + " and connection_id is not null",
                        tenant))
                .isEqualTo(2);
    }

    @Test
    void a_tenant_with_many_connections_is_erased_in_batches() throws Exception {
        flow.sql(
                "insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, status,"
                        + " created_at, expires_at) select gen_random_uuid(), $1, 'w' || n, p.id, p.schema_version,"
                        + " 'https://your-app.com/', 'expired', now(), now() from generate_series(1, 10000) n, provider p"
                        + " where p.slug = 'api-key' and p.tenant is null",
                tenant);

        Result result = run("--yes", "--receipt", folder.resolve("receipt.json").toString());

        assertThat(result.code()).as(result.output()).isZero();
        assertThat(connections(tenant)).isZero();
    }

    @Test
    void a_batch_reads_a_bounded_number_of_connections_even_if_none_has_a_credential() {
        connectTwice("first");
        flow.begin(caller, "pending");
        flow.begin(caller, "pending");
        TenantErasureStatements repository = new TenantErasureStatements(pool);

        Destroyed newest = await(repository.destroyCredentials(tenant, TenantErasureStatements.BEFORE_FIRST, 2));
        Destroyed older = await(repository.destroyCredentials(tenant, requireNonNull(newest.last()), 2));
        Destroyed none = await(repository.destroyCredentials(tenant, requireNonNull(older.last()), 2));

        assertThat(newest.credentials()).isZero();
        assertThat(older.credentials()).isEqualTo(2);
        assertThat(none).isEqualTo(new Destroyed(0, null));
    }

    @Test
    void the_counts_have_no_time_limit() {
        connectTwice("workspace");
        io.vertx.sqlclient.Pool impatient = PgBuilder.pool()
                .connectingTo(PgConnectOptions.fromUri(url).setUser("postgres").setPassword("postgres"))
                .withConnectHandler(connection -> connection
                        .query("set statement_timeout = 100")
                        .execute()
                        .onComplete(limited -> connection.close()))
                .using(vertx)
                .build();
        SqlConnection locking = await(pool.getConnection());
        Transaction lock = await(locking.begin());
        await(locking.query("lock table credential in access exclusive mode").execute());
        CompletableFuture<Holdings> counting = new TenantErasureStatements(new Pool(impatient))
                .count(tenant)
                .subscribeAsCompletionStage()
                .toCompletableFuture();
        Awaitility.await()
                .until(() -> counting.isDone()
                        || flow.count("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                        + " and clock_timestamp() - query_start > interval '300 milliseconds'")
                                > 0);

        await(lock.commit());

        assertThat(counting).succeedsWithin(Duration.ofSeconds(30));
        await(locking.close());
        impatient.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void wrong_arguments_are_named() throws Exception {
        assertThat(run("--yes").output()).contains("--receipt is required with --yes");
        assertThat(run("--batch", "0").output()).contains("--batch must be 1-10000");
        assertThat(run(
                                "--yes",
                                "--destroy-key",
                                "--receipt",
                                folder.resolve("r").toString())
                        .output())
                .contains("VAULT_ADDR");
    }
}
