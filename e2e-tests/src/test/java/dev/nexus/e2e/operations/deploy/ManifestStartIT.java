package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.operations.deploy.Command.Outcome;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevAuthority.Issued;
import dev.nexus.launcher.DevAuthority.Use;
import dev.nexus.launcher.FreePorts;
import dev.nexus.launcher.VaultServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the services with the settings and mounts of the production manifests, as described in
 * docs/operations/kubernetes.md.
 *
 * <p>The migration runs under its own role, then Broker and Gateway start as processes. PostgreSQL and Vault accept
 * only TLS. Vault verifies the Broker's service account token at a real API server.
 */
@NeedsOnPath({"etcd", "kube-apiserver", "kubectl", "vault"})
@Tag("soak")
class ManifestStartIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PASSWORD = "lettersAndDigits1";
    private static final Deque<AutoCloseable> RUNNING = new ArrayDeque<>();

    private static Path folder;
    private static DevAuthority authority;
    private static EmbeddedPostgres postgres;
    private static Container broker;
    private static String apiKey = "";
    private static String gatewayUrl = "";

    @BeforeAll
    static void install() throws Exception {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "manifest-start")
                .toAbsolutePath();
        authority = DevAuthority.create("Nexus in a cluster");
        ApiServer cluster = started(ApiServer.start(folder.resolve("cluster")));
        cluster.apply(
                        "--filename=" + Manifests.KUBERNETES.resolve("namespace.yaml"),
                        "--filename=" + Manifests.file("dev"))
                .run()
                .orFail();
        postgres = started(database());
        VaultServer vault = vault(cluster);
        Map<String, String> addresses = new LinkedHashMap<>();
        int brokerPort = FreePorts.any();
        addresses.put("nexus-broker.nexus.svc:8081", "localhost:" + brokerPort);
        addresses.put("postgresql.database.svc:5432", "localhost:" + postgres.getPort());
        addresses.put("https://vault.vault.svc:8200", vault.address());

        Map<String, Map<String, String>> objects = objects(cluster);
        Container migrate = container("nexus-migrate", addresses, objects);
        assertThat(migrate.start("broker", Map.of()).waitFor())
                .as(Files.readString(migrate.log()))
                .isZero();
        broker = serve("broker", addresses, objects, Map.of("QUARKUS_HTTP_SSL_PORT", String.valueOf(brokerPort)));
        int gatewayPort = FreePorts.any();
        gatewayUrl = "http://127.0.0.1:" + gatewayPort;
        serve("gateway", addresses, objects, Map.of("QUARKUS_HTTP_PORT", String.valueOf(gatewayPort)));
    }

    @AfterAll
    static void end() throws Exception {
        while (!RUNNING.isEmpty()) {
            RUNNING.pop().close();
        }
    }

    @Test
    void credential_is_captured_and_returned() throws Exception {
        JsonNode begun = post(
                "/v1/request-connection",
                JSON.createObjectNode()
                        .put("workspace_id", "user_abc")
                        .put("provider_id", "api-key")
                        .put("return_url", "https://your-app.com/back"));
        ObjectNode captured = JSON.createObjectNode()
                .put("state", begun.path("auth_url").asText().replaceAll(".*state=", ""));
        captured.putObject("credentials").put("api_key", "pat_abc123xyz");
        post("/v1/capture-credential", captured);

        JsonNode token = send(HttpRequest.newBuilder(URI.create(
                        gatewayUrl + "/v1/token/" + begun.path("connection_id").asText()))
                .GET());

        assertThat(begun.path("auth_url").asText()).startsWith("https://nexus.example.com/auth/");
        assertThat(token.at("/credentials/api_key").asText()).isEqualTo("pat_abc123xyz");
    }

    @Test
    void every_connection_of_the_broker_to_the_database_is_encrypted() throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "select count(*), bool_and(ssl), bool_and(usename = 'nexus_broker')"
                                + " from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'nexus-broker'")) {
            found.next();

            assertThat(found.getInt(1)).isPositive();
            assertThat(found.getBoolean(2)).isTrue();
            assertThat(found.getBoolean(3)).isTrue();
        }
    }

    @Test
    void database_role_of_the_broker_cannot_change_tables() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://localhost:" + postgres.getPort() + "/nexus", "nexus_broker", PASSWORD);
                Statement statement = connection.createStatement()) {

            assertThatThrownBy(() -> statement.execute("create table mine ()"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("alter table connection add column more text"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("must be owner");
        }
    }

    /** The command of docs/operations/runbooks/erase-a-tenant.md. */
    @Test
    void command_in_the_broker_container_uses_the_database_of_the_broker() throws Exception {
        Path receipt = folder.resolve("receipt.json");

        Path output = broker.exec("broker", "erase-tenant", "--tenant=nobody", "--yes", "--receipt=" + receipt);

        assertThat(output).content().contains("Tenant nobody is erased");
        assertThat(receipt).content().contains("\"connections_deleted\" : 0");
    }

    /**
     * Creates the roles and the database with the guide's SQL, in a server with TLS and a certificate for localhost.
     */
    private static EmbeddedPostgres database() throws Exception {
        Issued certificate = authority.issue(Use.SERVER, "localhost");
        Path certificateFile = Files.writeString(folder.resolve("database.crt"), pem(certificate));
        Path keyFile = Files.createFile(
                folder.resolve("database.key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keyFile, keyOf(certificate));
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(folder.resolve("postgres").toFile())
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", certificateFile.toString())
                .setServerConfig("ssl_key_file", keyFile.toString())
                .start();
        Matcher sql = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Checkout.ROOT.resolve("docs/operations/postgresql.md")));
        assertThat(sql.find()).isTrue();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String line : sql.group(1).replace("…", PASSWORD).split(";\\s*", -1)) {
                if (!line.isBlank()) {
                    statement.execute(line);
                }
            }
        }
        return server;
    }

    private static VaultServer vault(ApiServer cluster) throws Exception {
        Path home = Files.createDirectories(folder.resolve("vault"));
        Issued certificate = authority.issue(Use.SERVER, "localhost");
        Files.writeString(home.resolve("vault-ca.pem"), pem(authority));
        int port = FreePorts.any();
        Path configuration = Files.writeString(home.resolve("vault.hcl"), """
                storage "inmem" {}
                disable_mlock = true
                listener "tcp" {
                  address       = "127.0.0.1:%d"
                  tls_cert_file = "%s"
                  tls_key_file  = "%s"
                }
                """.formatted(
                        port,
                        Files.writeString(home.resolve("tls.crt"), pem(certificate)),
                        Files.writeString(home.resolve("tls.key"), keyOf(certificate))));
        Artifacts artifacts = Artifacts.around(Path.of(""));
        VaultServer vault = started(
                VaultServer.server(artifacts, home, List.of("-config=" + configuration), "https://localhost:" + port));
        JsonNode made =
                JSON.readTree(vault.vault("operator", "init", "-key-shares=1", "-key-threshold=1", "-format=json"));
        vault.vault("operator", "unseal", made.at("/unseal_keys_b64/0").asText());
        vault.setOperatorToken(made.path("root_token").asText());
        cluster.kubectl("create", "namespace", "vault").run().orFail();
        cluster.kubectl("create", "serviceaccount", "vault", "--namespace=vault")
                .run()
                .orFail();
        cluster.kubectl(
                        "create",
                        "clusterrolebinding",
                        "vault",
                        "--clusterrole=system:auth-delegator",
                        "--serviceaccount=vault:vault")
                .run()
                .orFail();
        vault.vault("auth", "enable", "kubernetes");
        vault.vault(
                "write",
                "auth/kubernetes/config",
                "kubernetes_host=" + cluster.address(),
                "kubernetes_ca_cert=@" + cluster.certificate(),
                "token_reviewer_jwt="
                        + cluster.kubectl("create", "token", "vault", "--namespace=vault")
                                .run()
                                .orFail()
                                .strip());
        vault.run(List.of(Checkout.ROOT.resolve("deploy/vault/setup").toString(), "--kubernetes"));
        return vault;
    }

    /** Returns the objects that the guide tells an operator to create. */
    private static Map<String, Map<String, String>> objects(ApiServer cluster) throws Exception {
        Map<String, Map<String, String>> objects = new LinkedHashMap<>();
        objects.put("nexus-gateway-tls", tls(authority.issue(Use.CLIENT, "nexus-gateway")));
        objects.put("nexus-broker-tls", tls(authority.issue(Use.SERVER, "localhost")));
        objects.put("nexus-authorities", Map.of("vault.pem", pem(authority), "database.pem", pem(authority)));
        objects.put("nexus-broker-database", database("nexus_broker"));
        objects.put("nexus-migration-database", database("nexus_owner"));
        Path privateKey = folder.resolve("service-key.json");
        Path published = folder.resolve("gateway-keys.json");
        gateway("mint-service-key", "--private=" + privateKey, "--jwks=" + published);
        objects.put("nexus-service-key", Map.of("service-key.json", Files.readString(privateKey)));
        objects.put("nexus-gateway-keys", Map.of("gateway-keys.json", Files.readString(published)));
        Outcome minted = gateway("mint-key", "--tenant=acme", "--scopes=all", "--return-origin=https://your-app.com");
        apiKey = minted.err().strip();
        objects.put("nexus-api-keys", Map.of("api-keys.yaml", "keys:\n" + minted.out()));
        String token = cluster.kubectl("create", "token", "nexus-broker", "--namespace=nexus", "--audience=vault")
                .run()
                .orFail();
        objects.put("vault", Map.of("token", token.strip()));
        return objects;
    }

    private static Outcome gateway(String command, String... options) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-jar",
                Checkout.ROOT
                        .resolve("gateway/target/quarkus-app/quarkus-run.jar")
                        .toString(),
                command));
        line.addAll(List.of(options));
        Outcome outcome = Command.of(line.toArray(String[]::new)).run();
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        return outcome;
    }

    private static Map<String, String> database(String role) {
        return Map.of(
                "database.properties",
                "quarkus.datasource.username=" + role + "\nquarkus.datasource.password=" + PASSWORD + "\n");
    }

    private static Map<String, String> tls(Issued own) throws CertificateEncodingException {
        return Map.of("tls.crt", pem(own), "tls.key", keyOf(own), "ca.crt", pem(authority));
    }

    private static String pem(Issued issued) throws CertificateEncodingException {
        return Pem.of("CERTIFICATE", issued.certificate().getEncoded());
    }

    private static String pem(DevAuthority trusted) throws CertificateEncodingException {
        return Pem.of("CERTIFICATE", trusted.certificate().getEncoded());
    }

    private static String keyOf(Issued issued) {
        return Pem.of("PRIVATE KEY", issued.key().getEncoded());
    }

    private static Container container(
            String name, Map<String, String> addresses, Map<String, Map<String, String>> objects) throws IOException {
        ObjectNode pod = Manifests.pod(Manifests.objects("production"), name);
        Container container = new Container(pod, Files.createDirectories(folder.resolve(name)), addresses);
        container.mount(objects);
        return container;
    }

    private static Container serve(
            String module,
            Map<String, String> addresses,
            Map<String, Map<String, String>> objects,
            Map<String, String> port)
            throws IOException {
        int management = FreePorts.any();
        Map<String, String> environment = new LinkedHashMap<>(port);
        environment.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(management));
        // No trace collector runs here.
        environment.put("QUARKUS_OTEL_SDK_DISABLED", "true");
        Container container = started(container("nexus-" + module, addresses, objects));
        container.start(module, environment);
        await(module + " to be ready; see " + container.log())
                .atMost(Duration.ofMinutes(2))
                .until(() -> container.isReady(management));
        return container;
    }

    private static <T extends AutoCloseable> T started(T running) {
        RUNNING.push(running);
        return running;
    }

    private static JsonNode post(String path, ObjectNode body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(gatewayUrl + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    private static JsonNode send(HttpRequest.Builder request) throws Exception {
        var response = HTTP.send(request.header("X-API-Key", apiKey).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }
}
