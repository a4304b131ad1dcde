package dev.nexus.e2e.operations.runbooks;

import static dev.nexus.e2e.operations.runbooks.OperatedNexus.PATIENCE;
import static dev.nexus.e2e.operations.runbooks.OperatedNexus.isReady;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.InstalledPostgres;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.e2e.support.Scrape;
import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevAuthority.Issued;
import dev.nexus.launcher.DevAuthority.Use;
import dev.nexus.launcher.DevCertificates;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.MintedKey;
import dev.nexus.launcher.Nexus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Follows each page of docs/operations/runbooks from top to bottom.
 *
 * <p>It uses a running Nexus with an installed PostgreSQL, a real Vault, and a Kubernetes API server with the
 * production manifests. The API server runs no pod: {@code kubectl exec} runs its command on this machine with the
 * Broker's database settings. This class copies a Secret's new content to the file that a kubelet would mount.
 */
@Tag("soak")
@ExtendWith({InstalledPostgres.Needed.class, RealVault.Needed.class})
@NeedsOnPath({"etcd", "kube-apiserver", "kubectl", "helm", "go", "jq", "openssl", "curl"})
public class RunbooksIT {

    private static OperatedNexus operated;
    private static RealVault vault;
    private static InstalledPostgres postgres;
    private static Nexus nexus;
    private static Backend acme;

    @BeforeAll
    static void start() throws Exception {
        operated = OperatedNexus.start();
        vault = operated.vault();
        postgres = operated.postgres();
        nexus = operated.nexus();
        acme = operated.acme();
    }

    @AfterAll
    static void end() throws IOException {
        operated.close();
    }

    /** Waits for the services to apply the keys that the previous page changed. */
    @BeforeEach
    void awaitServing() {
        await().atMost(PATIENCE).until(() -> acme.request().get("/v1/providers").statusCode() == 200);
    }

    /** Until the Broker reads the database again, it signs with a deleted key. A capture after this read is refused. */
    private static void awaitNewStateKey() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(postgres.query("postgres", "select count(*) from state_key"))
                    .isNotEqualTo("0");
            acme.connect(Backend.workspace(), "k");
        });
    }

    @Test
    void readme_replaces_a_mounted_file() throws Exception {
        vault.server().vault("secrets", "enable", "-path=kv", "kv-v2");
        RunbookShell shell = operated.shell();
        Files.writeString(shell.folder().resolve("api-keys.yaml.new"), "keys: []\n");
        operated.copyHere(shell, "gateway-keys.json");
        Files.writeString(shell.folder().resolve("revoked.crl"), "list");

        shell.page("README.md")
                .after(
                        "create secret",
                        output -> assertThat(operated.secret("nexus-api-keys", "api-keys.yaml"))
                                .isEqualTo("keys: []\n"))
                .after(
                        "kv put",
                        output -> assertThat(vault.server().vault("kv", "get", "kv/nexus/api-keys"))
                                .contains("keys: []"))
                .after("rollout restart", output -> assertThat(output).contains("nexus-gateway restarted"))
                .after(
                        "create configmap",
                        output -> assertThat(output).contains("configmap/nexus-gateway-keys serverside-applied"))
                .follow();
    }

    @Test
    void commands_for_alerts_run_without_an_alert() throws Exception {
        RunbookShell shell = operated.shell().set("POD", "nexus-gateway-1").set("CALLER_ADDRESS", "127.0.0.1");

        shell.page("alerts.md")
                .after("get pods", output -> assertThat(output).contains("nexus-broker-1"))
                .after("delete pod", output -> assertThat(output).contains("\"nexus-gateway-1\" deleted"))
                .after("$GATEWAY_MANAGEMENT", output -> assertThat(output).contains("valid"))
                .after("select count(*) as used", output -> assertThat(output).contains("100"))
                .after("delete from webhook_event", output -> assertThat(output).contains("DELETE 0"))
                .follow();
    }

    @Test
    void a_backup_is_restored() throws Exception {
        acme.connect(Backend.workspace(), "kept");
        String credentials = postgres.query("postgres", "select count(*) from credential");
        RunbookShell shell = operated.shell();

        shell.page("backup.md")
                .after("delete hpa", output -> assertThat(output).contains("nexus-gateway scaled"))
                .after(
                        "pg_restore",
                        output -> assertThat(postgres.query("nexus", "select count(*) from credential"))
                                .isEqualTo(credentials))
                .after("broker.replicas=0", output -> assertThat(output).contains("STATUS: deployed", "REVISION: 2"))
                .follow();
        awaitNewStateKey();
    }

    @Test
    void replication_slot_is_dropped_and_volume_is_enlarged() throws Exception {
        postgres.query("postgres", "select pg_create_physical_replication_slot('gone', true)");
        operated.volume();
        RunbookShell shell = operated.shell()
                .set("DATABASE_NAMESPACE", "default")
                .set("DATABASE_VOLUME", "data-postgresql-0")
                .set("DATABASE_VOLUME_SIZE", "2Gi");

        shell.page("disk-full.md")
                .after("pg_total_relation_size", output -> assertThat(output).contains("connection", "audit_event"))
                .after("as kept", output -> assertThat(output).contains("gone"))
                .after(
                        "patch persistentvolumeclaim",
                        output -> assertThat(output).contains("patched"))
                .after(
                        "pg_drop_replication_slot",
                        output -> assertThat(postgres.query("postgres", "select count(*) from pg_replication_slots"))
                                .isEqualTo("0"))
                .follow();
    }

    @Test
    void a_tenant_is_erased_in_a_container_on_another_machine_and_with_its_key() throws Exception {
        MintedKey key = nexus.addKey(Nexus.keySpec("leaving", "all"));
        Backend leaving = new Backend(nexus.gatewayUrl(), key.key());
        leaving.connect(Backend.workspace(), "k");
        RunbookShell shell = operated.shell()
                .set("TENANT", "leaving")
                // The test's PostgreSQL has no certificate.
                .set("QUARKUS_DATASOURCE_REACTIVE_POSTGRESQL_SSL_MODE", "disable")
                .set("QUARKUS_DATASOURCE_REACTIVE_HOSTNAME_VERIFICATION_ALGORITHM", "HTTPS")
                .set(
                        "QUARKUS_DATASOURCE_REACTIVE_TRUST_CERTIFICATE_PEM_CERTS",
                        nexus.certificates()
                                .folder()
                                .resolve("authority/ca.crt")
                                .toString());
        Files.writeString(shell.folder().resolve("database-password.txt"), "");
        Files.deleteIfExists(Path.of("/tmp/leaving-erased.json"));

        shell.page("erase-a-tenant.md")
                .after("-- cat", output -> {
                    assertThat(OperatedNexus.json(shell, "leaving-erased.json")
                                    .path("credentials_destroyed")
                                    .asInt())
                            .isEqualTo(1);
                    // The page's second procedure also needs a tenant with data, and another receipt.
                    Files.delete(shell.folder().resolve("leaving-erased.json"));
                    leaving.connect(Backend.workspace(), "k");
                })
                .after("jq .", output -> assertThat(output).contains("\"credentials_destroyed\": 1"))
                .after(
                        "--destroy-key",
                        output -> assertThat(shell.folder().resolve("leaving-key-destroyed.json"))
                                .content()
                                .contains("nexus-tenant-leaving"))
                .follow();
        Files.deleteIfExists(Path.of("/tmp/leaving-erased.json"));
    }

    @Test
    void an_expired_certificate_is_replaced() throws Exception {
        DevCertificates files = nexus.certificates();
        DevAuthority authority = files.authority();
        Instant now = Instant.now();
        files.publish(
                Service.GATEWAY,
                authority.issue(
                        Use.CLIENT, now.minusSeconds(600), now.minusSeconds(60), DevCertificates.GATEWAY_IDENTITY),
                authority);
        RunbookShell shell = operated.shell();
        Files.copy(files.folder().resolve("authority/ca.crt"), shell.folder().resolve("ca.crt"));
        Files.copy(files.folder().resolve("authority/ca.key"), shell.folder().resolve("authority.key"));
        Files.writeString(shell.folder().resolve("vault.pem"), "authority");
        Files.writeString(shell.folder().resolve("database.pem"), "authority");
        operated.cluster()
                .kubectl(
                        "-n",
                        "nexus",
                        "create",
                        "secret",
                        "generic",
                        "nexus-gateway-tls",
                        "--from-file=" + files.folder().resolve("gateway/tls.crt"))
                .run()
                .orFail();
        await().atMost(PATIENCE).until(() -> !isReady(nexus.gateway()));

        shell.page("expired-certificate.md")
                .after(
                        "$GATEWAY_MANAGEMENT/q/health/ready\" | jq '.checks",
                        output -> assertThat(output).contains("expired at"))
                .after("x509 -noout", output -> assertThat(output).contains("nexus-gateway", "notAfter"))
                .after("describe certificate", output -> assertThat(output).contains("nexus-gateway-tls"))
                .after("create secret generic nexus-gateway-tls", output -> {
                    assertThat(operated.secret("nexus-gateway-tls", "tls.crt"))
                            .isEqualTo(Files.readString(shell.folder().resolve("tls.crt")));
                    operated.mount(shell, Service.GATEWAY, "tls.crt", "tls.key", "ca.crt");
                    await().atMost(PATIENCE).until(() -> isReady(nexus.gateway()));
                })
                .after("jq -r .status", output -> assertThat(output).isEqualTo("UP\nUP\n"))
                .before("%{http_code}", output -> awaitServing())
                .after("%{http_code}", output -> assertThat(output).isEqualTo("200\n"))
                .follow();
    }

    @Test
    void a_leaked_api_key_is_replaced_and_revoked() throws Exception {
        MintedKey leaked = nexus.addKey(Nexus.keySpec("acme", "all"));
        Backend thief = new Backend(nexus.gatewayUrl(), leaked.key());
        String read = acme.connect(Backend.workspace(), "k");
        thief.token(read).then().statusCode(200);
        RunbookShell shell =
                operated.shell().set("KEY_ID", leaked.key().split("_", -1)[1]).set("LEAKED_KEY", leaked.key());
        operated.copyHere(shell, "api-keys.yaml");
        long reloads = operated.apiKeyReloads();

        shell.page("leaked-api-key.md")
                .after("grep -A 8", output -> assertThat(output).contains("tenant: \"acme\""))
                .after("mint-key", output -> {
                    operated.publish(shell, "api-keys.yaml");
                    await().atMost(PATIENCE).until(() -> operated.apiKeyReloads() == reloads + 1);
                    thief.token(read).then().statusCode(200);
                })
                .after("revoked: true", output -> {
                    operated.publish(shell, "api-keys.yaml");
                    await().atMost(PATIENCE).until(() -> operated.apiKeyReloads() == reloads + 2);
                })
                .after(
                        "nexus.gateway.api-keys-file",
                        output -> assertThat(output).isEqualTo("valid\n"))
                .after("$LEAKED_KEY", output -> assertThat(output).isEqualTo("401\n"))
                .after("audit-events", output -> assertThat(output).contains(read))
                .follow();
    }

    @Test
    void a_leaked_credential_is_found_and_deleted() throws Exception {
        String workspace = Backend.workspace();
        String superseded = acme.connect(workspace, "old");
        String id = acme.connect(workspace, "leaked");
        acme.token(id).then().statusCode(200);
        RunbookShell shell = operated.shell()
                .set("WORKSPACE_ID", workspace)
                .set("PROVIDER_ID", "api-key")
                .set("CONNECTION_ID", id);

        shell.page("leaked-credential.md")
                .after("/v1/providers/", output -> assertThat(output).contains("api-key"))
                .after("for status in", output -> assertThat(output).contains(id, superseded))
                .after("/verify", output -> assertThat(output).contains("not_supported"))
                .after("-X DELETE", output -> acme.token(id).then().statusCode(409))
                .after("audit-events", output -> assertThat(output).contains("credential.read", "connection.revoked"))
                .follow();
    }

    @Test
    void a_leaked_gateway_key_is_replaced_and_its_certificate_revoked() throws Exception {
        DevCertificates files = nexus.certificates();
        DevAuthority authority = files.authority();
        Issued leaked = authority.issue(Use.CLIENT, DevCertificates.GATEWAY_IDENTITY);
        RunbookShell shell = operated.shell();
        operated.copyHere(shell, "gateway-keys.json");
        operated.copyHere(shell, "service-key.json");
        String kid = OperatedNexus.json(shell, "service-key.json").path("kid").asText();
        shell.set("LEAKED_KID", kid);
        Path holder = Files.createDirectory(shell.folder().resolve("holder"));
        new DevCertificates(holder).publish(Service.GATEWAY, leaked, authority);
        Files.copy(holder.resolve("gateway/tls.crt"), shell.folder().resolve("leaked.crt"));
        Files.copy(holder.resolve("gateway/tls.key"), shell.folder().resolve("leaked.key"));
        Files.copy(files.folder().resolve("authority/ca.crt"), shell.folder().resolve("ca.crt"));
        OperatedNexus.authorityOfOpenssl(shell, files.folder().resolve("authority"));

        shell.page("leaked-gateway-key.md")
                .after("mv service-key.json.new service-key.json", output -> {
                    operated.publish(shell, "gateway-keys.json");
                    operated.publish(shell, "service-key.json");
                    String next = OperatedNexus.json(shell, "service-key.json")
                            .path("kid")
                            .asText();
                    OperatedNexus.awaitLog(nexus.gateway(), "The service key was read again: kid=" + next);
                    awaitServing();
                    assertThat(next).isNotEqualTo(kid);
                })
                .after(
                        "nexus.broker.gateway-keys-file",
                        output -> assertThat(output).isEqualTo("valid\n"))
                .after("-gencrl", output -> {
                    operated.mount(shell, Service.BROKER, "revoked.crl");
                    await().atMost(PATIENCE).until(() -> operated.isRefused(leaked, authority));
                })
                .after("$API_KEY", output -> assertThat(output).isEqualTo("200\n"))
                .after("leaked.crt --key", output -> assertThat(output).containsAnyOf("401", "refused"))
                .follow();
        assertThat(Files.readString(shell.folder().resolve("gateway-keys.json")))
                .doesNotContain(kid);
    }

    @Test
    void keys_are_rotated() throws Exception {
        acme.connect(Backend.workspace(), "k");
        RunbookShell shell = operated.shell();
        Path secretId = Path.of(vault.settings().get("nexus.cipher.transit.app-role.secret-id-file"));
        Files.copy(secretId, shell.folder().resolve("vault-secret-id.txt"));

        shell.page("rotate-keys.md")
                .after(
                        "keys/nexus/rotate",
                        output -> await().atMost(PATIENCE)
                                .until(() -> OperatedNexus.log(nexus.broker()).contains("Encrypted again")
                                        && Scrape.of(nexus.broker()).value("nexus_reseal_left") == 0))
                .after(
                        "mv vault-secret-id.new",
                        output -> Files.copy(
                                shell.folder().resolve("vault-secret-id.txt"),
                                secretId,
                                StandardCopyOption.REPLACE_EXISTING))
                .follow();
        awaitNewStateKey();
        acme.token(acme.connect(Backend.workspace(), "k")).then().statusCode(200);
    }

    @Test
    void commands_for_a_vault_outage_run_with_a_healthy_vault() throws Exception {
        RunbookShell shell = operated.shell().set("CONNECTION_ID", acme.connect(Backend.workspace(), "k"));

        shell.page("vault-outage.md")
                .after("vault status", output -> assertThat(output).containsPattern("Sealed +false"))
                .after(
                        "%{http_code}",
                        output -> assertThat(output).startsWith("200\n").contains("nexus_cipher_degraded"))
                .follow();
    }
}
