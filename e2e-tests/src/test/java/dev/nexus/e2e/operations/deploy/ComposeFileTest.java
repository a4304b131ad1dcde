package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.nexus.e2e.operations.deploy.ComposeFile.Service;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docker-compose.yml follows the Compose specification, limits rights and isolates networks. */
class ComposeFileTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    private final ComposeFile compose = ComposeFile.ofProject(Map.of());

    /** Validates with the schema of the specification, from the Go module that Docker Compose uses. */
    @Nested
    @NeedsOnPath("go")
    class Specification {

        private static final String MODULE = "github.com/compose-spec/compose-go/v2@v2.16.2";

        @Test
        void the_files_follow_the_compose_specification() throws Exception {
            Schema schema = schema();
            Path verification = Checkout.ROOT.resolve("deploy/compose/verification.yaml");

            assertThat(schema.validate(compose.root())).isEmpty();
            assertThat(schema.validate(ComposeFile.parse(Checkout.ROOT, Files.readString(verification), Map.of())
                            .root()))
                    .isEmpty();
            assertThat(schema.validate(buildSecrets().root())).isEmpty();
        }

        @Test
        void misspelt_key_and_wrong_type_are_rejected() throws Exception {
            Schema schema = schema();
            ObjectNode misspelt = compose.root().deepCopy();
            ((ObjectNode) misspelt.at("/services/broker")).put("read_olny", true);
            ObjectNode wrongType = compose.root().deepCopy();
            ((ObjectNode) wrongType.at("/services/broker")).put("cap_drop", "ALL");

            assertThat(schema.validate(misspelt)).isNotEmpty();
            assertThat(schema.validate(wrongType)).isNotEmpty();
        }

        private static Schema schema() throws IOException {
            Path file = GoModule.fetched(MODULE).resolve("schema").resolve("compose-spec.json");
            ObjectNode text = (ObjectNode) JSON.readTree(file.toFile());
            // The validator would resolve references against this relative id. All references are local.
            text.remove("$id");
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text);
        }
    }

    @Test
    void each_service_has_minimal_rights() {
        for (Service service : compose.services()) {
            assertThat(service.text("read_only")).as(service.name()).isEqualTo("true");
            assertThat(service.list("cap_drop")).as(service.name()).containsExactly("ALL");
            assertThat(service.list("security_opt")).as(service.name()).containsExactly("no-new-privileges:true");
            assertThat(service.has("privileged")).as(service.name()).isFalse();
            if (!service.name().equals("keys")) {
                assertThat(service.has("cap_add")).as(service.name()).isFalse();
                assertThat(service.text("user")).as(service.name()).doesNotStartWith("0");
            }
        }
    }

    @Test
    void only_the_gateway_is_published_and_only_on_loopback() {
        for (Service service : compose.inOrder("access")) {
            List<String> expected = service.name().equals("gateway") ? List.of("127.0.0.1:8080:8080") : List.of();
            assertThat(service.list("ports")).as(service.name()).isEqualTo(expected);
        }
    }

    @Test
    void broker_vault_and_postgresql_are_only_on_internal_networks() {
        Set<String> open = networks(compose.service("gateway")).stream()
                .filter(network ->
                        !compose.root().at("/networks/" + network + "/internal").asBoolean())
                .collect(Collectors.toSet());

        assertThat(open).containsExactly("edge");
        for (String name : List.of("broker", "vault", "postgres", "migrate", "vault-setup")) {
            assertThat(networks(compose.service(name)))
                    .as(name)
                    .isNotEmpty()
                    .allSatisfy(network -> assertThat(compose.root()
                                    .at("/networks/" + network + "/internal")
                                    .asBoolean())
                            .isTrue());
        }
    }

    @Test
    void broker_calls_no_provider_or_webhook_until_it_has_an_outbound_network() throws IOException {
        Properties broker = new Properties();
        try (Reader settings = Files.newBufferedReader(Checkout.ROOT.resolve("deploy/compose/broker.properties"))) {
            broker.load(settings);
        }
        Service withProviders = ComposeFile.parse(
                        Checkout.ROOT,
                        Files.readString(Checkout.ROOT.resolve("deploy/compose/verification.yaml")),
                        Map.of())
                .service("broker");

        assertThat(broker)
                .containsEntry("nexus.verification.enabled", "false")
                .containsEntry("nexus.webhook.max-calls", "0");
        assertThat(withProviders.list("networks")).containsExactly("providers");
        assertThat(withProviders.environment())
                .isEqualTo(Map.of("NEXUS_VERIFICATION_ENABLED", "true", "NEXUS_WEBHOOK_MAX_CALLS", "64"));
    }

    private static ComposeFile buildSecrets() throws IOException {
        Path file = Checkout.ROOT.resolve("deploy/compose/build-secrets.yaml");
        return ComposeFile.parse(Checkout.ROOT, Files.readString(file), Map.of());
    }

    @Test
    void each_image_build_accepts_maven_settings_and_certificate_authorities() throws IOException {
        List<String> secrets = List.of("maven-settings", "ca-certificates");

        assertThat(buildSecrets().root().path("secrets").properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyElementsOf(secrets);
        for (String name : List.of("gateway", "broker")) {
            String dockerfile =
                    Files.readString(Checkout.ROOT.resolve(compose.service(name).dockerfile()));

            assertThat(buildSecrets().service(name).definition().at("/build/secrets"))
                    .extracting(JsonNode::asText)
                    .containsExactlyElementsOf(secrets);
            assertThat(secrets)
                    .allSatisfy(secret ->
                            assertThat(dockerfile).contains("--mount=type=secret,id=" + secret + ",required=false"));
            assertThat(dockerfile)
                    .contains("sh deploy/images/build " + name
                            + " /run/secrets/maven-settings /run/secrets/ca-certificates\n");
        }
    }

    /**
     * Compose builds an image once for each service that has {@code build}. With several such services, the earlier
     * builds would remain as untagged images.
     */
    @Test
    void each_image_of_the_project_is_built_by_one_service() {
        assertThat(compose.builders()).containsOnlyKeys("nexus-gateway:0.1.0", "nexus-broker:0.1.0");
        assertThat(compose.builders().values())
                .allSatisfy(builders -> assertThat(builders).hasSize(1));
    }

    /** Docker creates an anonymous volume for each unmounted volume of an image. This volume outlives the container. */
    @Test
    void each_volume_of_the_vault_image_is_mounted() {
        for (String name : List.of("vault", "vault-setup")) {
            Service service = compose.service(name);
            List<String> mounted = new ArrayList<>(service.list("tmpfs"));
            service.mounts().forEach(mount -> mounted.add(mount.target()));

            assertThat(mounted).as(name).contains("/vault/logs", "/vault/file");
        }
    }

    @Test
    void api_key_file_is_ignored_by_git() throws IOException {
        Matcher file = Pattern.compile("run --rm access > (\\S+)\\)")
                .matcher(Files.readString(Checkout.ROOT.resolve("docs/operations/compose.md")));

        assertThat(file.find()).isTrue();
        assertThat(Files.readAllLines(Checkout.ROOT.resolve(".gitignore"))).contains(file.group(1));
    }

    @ParameterizedTest
    @CsvSource({
        "gateway, broker, true",
        "gateway, postgres, false",
        "gateway, vault, false",
        "broker, postgres, true",
        "broker, vault, true",
        "prometheus, gateway, true",
        "prometheus, broker, true",
        "prometheus, postgres, false",
        "grafana, broker, false"
    })
    void only_expected_services_share_a_network(String one, String other, boolean reaches) {
        Set<String> shared = new HashSet<>(networks(compose.service(one)));
        shared.retainAll(networks(compose.service(other)));

        assertThat(!shared.isEmpty()).isEqualTo(reaches);
    }

    @Test
    void prometheus_scrapes_the_management_ports_with_the_job_names_of_the_rules() throws IOException {
        JsonNode prometheus = yaml("deploy/compose/prometheus.yaml");
        String rules = Files.readString(Checkout.ROOT.resolve("deploy/observability/alerts.yaml"));
        Set<String> known = Pattern.compile("job=~?\"([a-z-]+)\"")
                .matcher(rules)
                .results()
                .map(job -> job.group(1))
                .collect(Collectors.toSet());

        Map<String, String> targets = new TreeMap<>();
        prometheus
                .path("scrape_configs")
                .forEach(job -> targets.put(
                        job.path("job_name").asText(),
                        job.at("/static_configs/0/targets/0").asText()));

        assertThat(targets)
                .isEqualTo(Map.of(
                        "nexus-gateway", "gateway:" + managementPort("gateway"),
                        "nexus-broker", "broker:" + managementPort("broker")));
        assertThat(known).isNotEmpty().isSubsetOf(targets.keySet());
    }

    private static String managementPort(String service) throws IOException {
        return yaml(service + "/src/main/resources/application.yaml")
                .at("/quarkus/management/port")
                .asText();
    }

    private static JsonNode yaml(String file) throws IOException {
        try (var documents = YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(Checkout.ROOT.resolve(file).toFile())) {
            return documents.next();
        }
    }

    private static Set<String> networks(Service service) {
        return Set.copyOf(service.list("networks"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "volumes: ['./deploy/compose/no-such-file:/etc/x:ro'] | mounts a missing source",
                "volumes: ['no-such-volume:/etc/x'] | mounts a missing source",
                "networks: [no-such-network] | an undefined network",
                "command: ['${NO_DEFAULT}'] | a variable without a default",
                "depends_on: {other: {condition: service_healthy}} | no health check"
            })
    void missing_reference_is_rejected(String planted, String why) {
        String text = "services:\n  other: {image: x}\n  planted:\n    image: x\n    " + planted.strip() + "\n";

        assertThatThrownBy(() -> ComposeFile.parse(Checkout.ROOT, text, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
