package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings in the manifests exist, and the files that they name are mounted. */
class ManifestSettingsTest {

    /** A row of docs/reference/configuration.md: setting, type, default. */
    private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9.-]+)` \\| `([^`]+)` \\| (?:`([^`]*)`)? ?\\|.*");

    private static final Pattern FILE = Pattern.compile("/(?:etc/nexus|var/run/secrets)/[^,&?\\s]+");

    @ParameterizedTest
    @CsvSource({
        "dev, nexus-gateway, Gateway",
        "production, nexus-gateway, Gateway",
        "dev, nexus-broker, Broker",
        "production, nexus-broker, Broker",
        "dev, nexus-migrate, Broker",
        "production, nexus-migrate, Broker"
    })
    void each_setting_exists_in_the_service(String environment, String owner, String section) throws IOException {
        Set<String> documented = documented(section).keySet();

        Set<String> configured = settings(Manifests.objects(environment), owner).stringPropertyNames().stream()
                .filter(name -> name.startsWith("nexus."))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(configured).isNotEmpty().isSubsetOf(documented);
    }

    @ParameterizedTest
    @CsvSource({
        "dev, nexus-gateway, Gateway",
        "production, nexus-gateway, Gateway",
        "dev, nexus-broker, Broker",
        "production, nexus-broker, Broker"
    })
    void each_setting_without_a_default_is_set(String environment, String owner, String section) throws IOException {
        Set<String> needed = documented(section).entrySet().stream()
                .filter(setting -> setting.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(needed).isNotEmpty();
        assertThat(settings(Manifests.objects(environment), owner).stringPropertyNames())
                .containsAll(needed);
    }

    @ParameterizedTest
    @CsvSource({
        "dev, nexus-gateway",
        "production, nexus-gateway",
        "dev, nexus-broker",
        "production, nexus-broker",
        "dev, nexus-migrate",
        "production, nexus-migrate"
    })
    void each_configured_file_is_in_a_volume(String environment, String owner) throws IOException {
        List<ObjectNode> objects = Manifests.objects(environment);
        Set<String> mounted = StreamSupport.stream(
                        Manifests.pod(objects, owner)
                                .at("/spec/containers/0/volumeMounts")
                                .spliterator(),
                        false)
                .map(mount -> mount.path("mountPath").asText())
                .collect(Collectors.toSet());
        List<String> files = new ArrayList<>(locations(objects, owner));
        settings(objects, owner).forEach((setting, value) -> {
            Matcher file = FILE.matcher(value.toString());
            while (file.find()) {
                files.add(file.group());
            }
        });

        assertThat(files)
                .hasSizeGreaterThan(2)
                .allSatisfy(file -> assertThat(mounted).contains(file.substring(0, file.lastIndexOf('/'))));
    }

    /** SmallRye Config uses the first file that contains a setting. */
    @ParameterizedTest
    @CsvSource({"dev, nexus-gateway", "production, nexus-gateway", "dev, nexus-broker", "production, nexus-broker"})
    void settings_of_the_values_precede_settings_of_the_chart(String environment, String owner) {
        assertThat(locations(Manifests.objects(environment), owner))
                .containsSubsequence(
                        "/etc/nexus/config/overlay.properties",
                        "/etc/nexus/config/tracing.properties",
                        "/etc/nexus/config/application.properties");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nexus-gateway", "nexus-broker"})
    void production_sends_sampled_traces_to_the_collector(String owner) throws IOException {
        assertThat(settings(Manifests.objects("production"), owner))
                .containsEntry("quarkus.otel.sdk.disabled", "false")
                .containsEntry("quarkus.otel.exporter.otlp.endpoint", "http://otel-collector.monitoring.svc:4317")
                .containsEntry("quarkus.otel.traces.sampler.arg", "0.05");
    }

    /**
     * The chart cannot know the proxies' addresses, and a range that is too wide lets a caller forge its address.
     */
    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void forwarded_addresses_are_not_trusted_by_default(String environment) throws IOException {
        assertThat(settings(Manifests.objects(environment), "nexus-gateway"))
                .doesNotContainKey("nexus.gateway.trusted-proxies");
    }

    /** Access logs would contain the state, which is a query parameter. */
    @Test
    void both_ingresses_write_no_access_log() {
        ObjectNode ingress = only(Manifests.objects("dev"), "Ingress");
        List<ObjectNode> production = Manifests.objects("production");
        JsonNode parameters = only(production, "Gateway").at("/spec/infrastructure/parametersRef");
        ObjectNode proxy = only(production, "EnvoyProxy");

        assertThat(ingress.at("/metadata/annotations")
                        .path("nginx.ingress.kubernetes.io/enable-access-log")
                        .asText())
                .isEqualTo("false");
        assertThat(proxy.at("/spec/telemetry/accessLog/disable").asBoolean()).isTrue();
        assertThat(parameters.path("group").asText() + "/"
                        + parameters.path("kind").asText())
                .isEqualTo("gateway.envoyproxy.io/EnvoyProxy");
        assertThat(parameters.path("name").asText()).isEqualTo(Manifests.name(proxy));
    }

    private static ObjectNode only(List<ObjectNode> objects, String kind) {
        List<ObjectNode> ofKind = Manifests.ofKind(objects, kind).toList();
        assertThat(ofKind).as(kind).hasSize(1);
        return ofKind.get(0);
    }

    private static List<String> locations(List<ObjectNode> objects, String owner) {
        return StreamSupport.stream(
                        Manifests.pod(objects, owner)
                                .at("/spec/containers/0/env")
                                .spliterator(),
                        false)
                .filter(variable -> variable.path("name").asText().equals("SMALLRYE_CONFIG_LOCATIONS"))
                .flatMap(variable ->
                        Arrays.stream(variable.path("value").asText().split(",")))
                .toList();
    }

    /** Returns the settings in all files of the volume config. */
    private static Properties settings(List<ObjectNode> objects, String owner) throws IOException {
        ObjectNode pod = Manifests.pod(objects, owner);
        JsonNode config = StreamSupport.stream(pod.at("/spec/volumes").spliterator(), false)
                .filter(volume -> volume.path("name").asText().equals("config"))
                .findAny()
                .orElseThrow();
        Properties settings = new Properties();
        for (String file : Manifests.files(pod, config).values()) {
            settings.load(new StringReader(file));
        }
        return settings;
    }

    /** Returns the documented settings of a service, each with whether it is required. */
    private static Map<String, Boolean> documented(String section) throws IOException {
        String page = Files.readString(Checkout.ROOT.resolve("docs/reference/configuration.md"));
        return rowsBelow(page, section)
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> row.group(3) == null
                                && row.group(2).matches("Path|URI|String|Duration|int|long|boolean")));
    }

    private static Stream<String> rowsBelow(String page, String heading) {
        int start = page.indexOf("\n## " + heading + "\n");
        if (start < 0) {
            throw new AssertionError("docs/reference/configuration.md has no section " + heading);
        }
        int end = page.indexOf("\n## ", start + 1);
        return page.substring(start, end).lines();
    }
}
