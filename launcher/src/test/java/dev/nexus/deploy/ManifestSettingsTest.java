package dev.nexus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.testing.NeedsOnPath;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings that the manifests give are ones that the services have, and the files that they name are mounted. */
@NeedsOnPath("kubectl")
class ManifestSettingsTest {

    /** A row of docs/configuration.md: setting, type, default. */
    private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9.-]+)` \\| `([^`]+)` \\| (?:`([^`]*)`)? ?\\|.*");

    private static final Pattern FILE = Pattern.compile("/(?:etc/nexus|var/run/secrets)/[^,&?\\s]+");

    @ParameterizedTest
    @CsvSource({
        "overlays/dev, nexus-gateway, Gateway",
        "overlays/production, nexus-gateway, Gateway",
        "overlays/dev, nexus-broker, Broker",
        "overlays/production, nexus-broker, Broker",
        "migration/overlays/dev, nexus-migrate-0-1-0, Broker",
        "migration/overlays/production, nexus-migrate-0-1-0, Broker"
    })
    void every_setting_is_one_that_the_service_has(String overlay, String owner, String section) throws IOException {
        Set<String> documented = documented(section).keySet();

        Set<String> given = settings(Manifests.objects(overlay), owner).stringPropertyNames().stream()
                .filter(name -> name.startsWith("nexus."))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(given).isNotEmpty().isSubsetOf(documented);
    }

    @ParameterizedTest
    @CsvSource({
        "overlays/dev, nexus-gateway, Gateway",
        "overlays/production, nexus-gateway, Gateway",
        "overlays/dev, nexus-broker, Broker",
        "overlays/production, nexus-broker, Broker"
    })
    void every_setting_that_has_no_default_is_given(String overlay, String owner, String section) throws IOException {
        Set<String> needed = documented(section).entrySet().stream()
                .filter(setting -> setting.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(needed).isNotEmpty();
        assertThat(settings(Manifests.objects(overlay), owner).stringPropertyNames())
                .containsAll(needed);
    }

    @ParameterizedTest
    @CsvSource({
        "overlays/dev, nexus-gateway",
        "overlays/production, nexus-gateway",
        "overlays/dev, nexus-broker",
        "overlays/production, nexus-broker",
        "migration/overlays/dev, nexus-migrate-0-1-0",
        "migration/overlays/production, nexus-migrate-0-1-0"
    })
    void every_file_that_is_named_lies_in_a_volume(String overlay, String owner) throws IOException {
        List<ObjectNode> objects = Manifests.objects(overlay);
        Set<String> mounted = StreamSupport.stream(
                        pod(objects, owner)
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

    /** SmallRye Config takes a setting from the first of the files that has it. */
    @ParameterizedTest
    @CsvSource({
        "overlays/dev, nexus-gateway",
        "overlays/production, nexus-gateway",
        "overlays/dev, nexus-broker",
        "overlays/production, nexus-broker"
    })
    void an_overlays_settings_come_before_those_of_the_base(String overlay, String owner) {
        assertThat(locations(Manifests.objects(overlay), owner))
                .containsSubsequence(
                        "/etc/nexus/config/overlay.properties", "/etc/nexus/config/application.properties");
    }

    private static List<String> locations(List<ObjectNode> objects, String owner) {
        return StreamSupport.stream(
                        pod(objects, owner).at("/spec/containers/0/env").spliterator(), false)
                .filter(variable -> variable.path("name").asText().equals("SMALLRYE_CONFIG_LOCATIONS"))
                .flatMap(variable ->
                        Arrays.stream(variable.path("value").asText().split(",")))
                .toList();
    }

    private static ObjectNode pod(List<ObjectNode> objects, String owner) {
        return Manifests.pods(objects).stream()
                .filter(pod -> Manifests.name(pod).equals(owner))
                .findAny()
                .orElseThrow();
    }

    /** What the config map that the Pod mounts gives, of all its files. */
    private static Properties settings(List<ObjectNode> objects, String owner) throws IOException {
        String mounted = StreamSupport.stream(
                        pod(objects, owner).at("/spec/volumes").spliterator(), false)
                .filter(volume -> volume.path("name").asText().equals("config"))
                .map(volume -> volume.at("/configMap/name").asText())
                .findAny()
                .orElseThrow();
        JsonNode files = Manifests.ofKind(objects, "ConfigMap")
                .filter(map -> Manifests.name(map).equals(mounted))
                .findAny()
                .orElseThrow()
                .path("data");
        Properties settings = new Properties();
        for (JsonNode file : files) {
            settings.load(new StringReader(file.asText()));
        }
        return settings;
    }

    /** The settings that docs/configuration.md has for a service, and whether each must be given. */
    private static Map<String, Boolean> documented(String section) throws IOException {
        String page = Files.readString(Manifests.ROOT.resolve("docs/configuration.md"));
        Stream<String> rows = Stream.of(section, "Both").flatMap(heading -> rowsBelow(page, heading));
        return rows.map(ROW::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> row.group(3) == null
                                && row.group(2).matches("Path|URI|String|Duration|int|long|boolean")));
    }

    private static Stream<String> rowsBelow(String page, String heading) {
        int start = page.indexOf("\n## " + heading + "\n");
        if (start < 0) {
            throw new AssertionError("docs/configuration.md has no section " + heading);
        }
        int end = page.indexOf("\n## ", start + 1);
        return page.substring(start, end).lines();
    }
}
