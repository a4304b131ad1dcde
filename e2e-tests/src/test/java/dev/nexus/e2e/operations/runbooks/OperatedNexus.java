package dev.nexus.e2e.operations.runbooks;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.e2e.operations.deploy.ApiServer;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.BrokerConnection;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.InstalledPostgres;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.e2e.support.ServiceTokens;
import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevAuthority.Issued;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A running Nexus for the runbooks, with an installed PostgreSQL, a real Vault and a Kubernetes API server.
 *
 * <p>The API server has the production manifests and runs no pod.
 */
final class OperatedNexus implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Path VALUES = Checkout.ROOT.resolve("deploy/helm/environments/production.yaml");

    private final RealVault vault;
    private final InstalledPostgres postgres;
    private final Nexus nexus;
    private final Backend acme;
    private final ApiServer cluster;
    private final Path programs;
    private int shells;

    private OperatedNexus(Path folder) throws Exception {
        programs = Files.createDirectory(folder.resolve("programs"));
        vault = RealVault.start("runbooks-vault", "--key-per-tenant");
        postgres = InstalledPostgres.start(folder.resolve("postgres"));
        Map<String, String> settings = new HashMap<>(vault.settings());
        settings.putAll(postgres.settings());
        settings.put("nexus.cipher.transit.key-per-tenant", "true");
        nexus = NexusExtension.start("runbooks-nexus", settings);
        acme = NexusExtension.backend(nexus, 0);
        cluster = ApiServer.prepared(folder.resolve("cluster"));
        cluster.helm(
                        "install",
                        "nexus",
                        Checkout.ROOT.resolve("deploy/helm/nexus").toString(),
                        "--namespace=nexus",
                        "--values=" + VALUES)
                .run()
                .orFail();
        // Some commands name a pod. No Deployment controller runs here, so create the pods.
        for (String name : List.of("nexus-gateway", "nexus-broker")) {
            pod(name);
        }
        kubectlWithoutNodes();
        helmWithoutControllers();
    }

    static OperatedNexus start() throws Exception {
        return new OperatedNexus(NexusExtension.emptyFolder("runbooks"));
    }

    private void pod(String name) throws IOException {
        JsonNode deployment = JSON.readTree(cluster.kubectl("-n", "nexus", "get", "deployment", name, "-o", "json")
                .run()
                .orFail());
        var pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        pod.putObject("metadata")
                .put("name", name + "-1")
                .put("namespace", "nexus")
                .set("labels", deployment.at("/spec/template/metadata/labels"));
        pod.set("spec", deployment.at("/spec/template/spec"));
        cluster.kubectl("create", "--filename=-").reading(pod.toString()).run().orFail();
    }

    /** Wraps the real kubectl: runs the command after {@code exec … --} on this machine with the built jar. */
    private void kubectlWithoutNodes() throws IOException {
        Path script = Files.writeString(programs.resolve("kubectl"), """
                #!/bin/bash
                set -eu
                if [[ " $* " == *" exec "* ]]; then
                    while [ "$1" != -- ]; do shift; done
                    shift
                    export QUARKUS_DATASOURCE_REACTIVE_URL=$DATABASE_URL QUARKUS_DATASOURCE_USERNAME=$DATABASE_USER
                    exec "${@/#\\/app\\//$BROKER_FOLDER/}"
                fi
                exec "$REAL_KUBECTL" "$@"
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Wraps the real helm: does not wait, because no object becomes ready here. */
    private void helmWithoutControllers() throws IOException {
        Path script = Files.writeString(programs.resolve("helm"), """
                #!/bin/bash
                set -eu
                arguments=()
                for argument in "$@"; do
                    case $argument in
                        --wait | --wait-for-jobs) ;;
                        *) arguments+=("$argument") ;;
                    esac
                done
                exec "$REAL_HELM" "${arguments[@]}"
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String onPath(String name) {
        for (String place : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path program = Path.of(place, name);
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        throw new IllegalStateException(name + " is not on PATH");
    }

    private static String management(ServiceProcess service) {
        return "http://127.0.0.1:" + service.managementPort();
    }

    /** Returns a shell with the variables that README.md describes. Its folder has a link to the deploy folder. */
    RunbookShell shell() throws IOException {
        Path folder = Files.createDirectory(programs.resolveSibling("shell-" + ++shells));
        Files.createSymbolicLink(folder.resolve("deploy"), Checkout.ROOT.resolve("deploy"));
        Files.copy(VALUES, folder.resolve("nexus.yaml"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:TieredStopAtLevel=1 -jar ";
        Path broker = Checkout.ROOT.resolve("broker/target/quarkus-app");
        RunbookShell shell = new RunbookShell(folder, RunbookPages.NOT_RUN);
        postgres.environment().forEach(shell::set);
        return shell.set("PATH", programs + File.pathSeparator + System.getenv("PATH"))
                .set("REAL_KUBECTL", onPath("kubectl"))
                .set("REAL_HELM", onPath("helm"))
                .set("KUBECONFIG", cluster.kubeconfig().toString())
                .set("BROKER_FOLDER", broker.toString())
                .set("NEXUS_GATEWAY", java + Checkout.ROOT.resolve("gateway/target/quarkus-app/quarkus-run.jar"))
                .set("NEXUS_BROKER", java + broker.resolve("quarkus-run.jar"))
                .set("GATEWAY_URL", nexus.gatewayUrl())
                .set("BROKER_URL", nexus.brokerUrl())
                .set("API_KEY", acme.apiKey())
                .set("GATEWAY_MANAGEMENT", management(nexus.gateway()))
                .set("BROKER_MANAGEMENT", management(nexus.broker()))
                .set("DATABASE_URL", Objects.requireNonNull(postgres.settings().get("quarkus.datasource.reactive.url")))
                .set("DATABASE_USER", Objects.requireNonNull(postgres.settings().get("quarkus.datasource.username")))
                .set("DATABASE_PASSWORD_FILE", "database-password.txt")
                .set("VAULT_ADDR", vault.server().address())
                .set("VAULT_TOKEN", vault.rootToken())
                .set("VAULT_SETUP_OPTIONS", "--app-role --key-per-tenant")
                .set("LEAKED_AT", Instant.now().minusSeconds(3600).toString())
                .set("TENANT", "acme");
    }

    /** Replaces a service's file with the shell's file of this name, atomically. */
    void publish(RunbookShell shell, String name) throws IOException {
        Path next = Files.copy(
                shell.folder().resolve(name),
                nexus.folder().resolve(name + ".next"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.move(
                next,
                nexus.folder().resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    static JsonNode json(RunbookShell shell, String name) throws IOException {
        return JSON.readTree(shell.folder().resolve(name).toFile());
    }

    /** Copies a service's file of this name to the shell's folder. */
    void copyHere(RunbookShell shell, String name) throws IOException {
        Files.copy(nexus.folder().resolve(name), shell.folder().resolve(name));
    }

    /** Replaces TLS files of a service through a symbolic link, like a kubelet. */
    void mount(RunbookShell shell, Service service, String... names) throws IOException {
        Path link = nexus.certificates().folder().resolve(service == Service.BROKER ? "broker" : "gateway");
        Path next = Files.createTempDirectory(link.getParent(), "mounted-");
        for (String name : List.of("tls.crt", "tls.key", "ca.crt", "revoked.crl")) {
            Path from = List.of(names).contains(name) ? shell.folder().resolve(name) : link.resolve(name);
            Files.copy(from, next.resolve(name));
        }
        Path nextLink = Files.createSymbolicLink(link.resolveSibling(next.getFileName() + ".link"), next.getFileName());
        Files.move(nextLink, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static String log(ServiceProcess service) throws IOException {
        return Files.readString(service.log());
    }

    static void awaitLog(ServiceProcess service, String text) {
        await().atMost(PATIENCE).until(() -> log(service).contains(text));
    }

    String secret(String name, String key) throws IOException {
        JsonNode secret = JSON.readTree(cluster.kubectl("-n", "nexus", "get", "secret", name, "-o", "json")
                .run()
                .orFail());
        return new String(
                Base64.getDecoder().decode(secret.path("data").path(key).asText()),
                java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Creates a bound volume claim that can be expanded, as its controller would. */
    void volume() {
        cluster.apply("--filename=-").reading("""
                        apiVersion: storage.k8s.io/v1
                        kind: StorageClass
                        metadata: {name: growing}
                        provisioner: example.com/none
                        allowVolumeExpansion: true
                        ---
                        apiVersion: v1
                        kind: PersistentVolumeClaim
                        metadata: {name: data-postgresql-0, namespace: default}
                        spec:
                          storageClassName: growing
                          volumeName: v
                          accessModes: [ReadWriteOnce]
                          resources: {requests: {storage: 1Gi}}
                        """).run().orFail();
        cluster.kubectl(
                        "patch",
                        "persistentvolumeclaim",
                        "data-postgresql-0",
                        "--subresource=status",
                        "--type=merge",
                        "--patch={\"status\":{\"phase\":\"Bound\",\"capacity\":{\"storage\":\"1Gi\"}}}")
                .run()
                .orFail();
    }

    static boolean isReady(ServiceProcess service) throws Exception {
        var answer = java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(
                                        java.net.URI.create(management(service) + "/q/health/ready"))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.discarding());
        return answer.statusCode() == 200;
    }

    long apiKeyReloads() throws IOException {
        return log(nexus.gateway())
                .lines()
                .filter(line -> line.contains("The API keys were read again"))
                .count();
    }

    boolean isRefused(Issued own, DevAuthority authority) throws Exception {
        try (BrokerConnection thief = new BrokerConnection(nexus.brokerUrl(), own, authority)) {
            return thief.provider(ServiceTokens.signedBy(nexus.folder().resolve("service-key.json")))
                            .status()
                    == 401;
        } catch (IOException rejectedByTls) {
            return true;
        }
    }

    static void authorityOfOpenssl(RunbookShell shell, Path authority) throws IOException {
        Files.writeString(shell.folder().resolve("index.txt"), "");
        Files.writeString(shell.folder().resolve("crlnumber"), "01\n");
        Files.writeString(shell.folder().resolve("ca.cnf"), """
                [ca]
                default_ca = nexus
                [nexus]
                database = index.txt
                crlnumber = crlnumber
                certificate = %s
                private_key = %s
                default_md = sha256
                default_crl_days = 30
                """.formatted(
                        authority.resolve("ca.crt"), authority.resolve("ca.key")));
    }

    RealVault vault() {
        return vault;
    }

    InstalledPostgres postgres() {
        return postgres;
    }

    Nexus nexus() {
        return nexus;
    }

    /** Returns a backend of the first tenant. */
    Backend acme() {
        return acme;
    }

    ApiServer cluster() {
        return cluster;
    }

    @Override
    public void close() throws IOException {
        cluster.close();
        nexus.close();
        postgres.close();
        vault.close();
    }
}
