package dev.nexus.e2e.operations.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.operations.runbooks.RunbookPage;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the alert rules, their tests and the dashboard expressions with promtool. */
@NeedsOnPath("promtool")
class PromtoolTest {

    private static final Pattern FAILED = Pattern.compile("alertname: (\\w+),");

    @TempDir
    private Path folder;

    /** The exit code and the output of promtool. */
    private record Outcome(int exit, String output) {}

    private static Outcome promtool(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    @BeforeEach
    void copy() throws IOException {
        for (String file : new String[] {"alerts.yaml", "alerts.test.yaml"}) {
            Files.copy(Rules.FOLDER.resolve(file), folder.resolve(file));
        }
    }

    private Outcome testRules() throws IOException, InterruptedException {
        return promtool("test", "rules", folder.resolve("alerts.test.yaml").toString());
    }

    private Outcome checkRules() throws IOException, InterruptedException {
        return promtool("check", "rules", folder.resolve("alerts.yaml").toString());
    }

    @Test
    void rules_are_valid_and_pass_their_tests() throws Exception {
        Outcome checked = checkRules();
        Outcome tested = testRules();

        assertThat(checked.exit()).as(checked.output()).isZero();
        assertThat(tested.exit()).as(tested.output()).isZero();
        System.out.printf(
                "promtool: %d rules, %d of them alerts, pass their tests%n",
                Rules.all().size(), Rules.alerts().size());
    }

    @Test
    void misspelt_function_is_rejected() throws Exception {
        Path file = folder.resolve("alerts.yaml");
        Files.writeString(file, Files.readString(file).replaceFirst("increase\\(", "increaze("));

        assertThat(checkRules().exit()).isNotZero();
    }

    static Stream<String> alerts() {
        return Rules.alerts().stream().map(rule -> rule.path("alert").asText());
    }

    @Test
    void each_alert_has_a_test_that_fails_if_the_alert_never_fires() throws Exception {
        replaceAll("vector(1) > 2");

        assertThat(alertsThatFail()).containsExactlyInAnyOrderElementsOf(alerts().toList());
    }

    @Test
    void each_alert_has_a_test_that_fails_if_the_alert_always_fires() throws Exception {
        JsonNode tests = read("alerts.test.yaml");
        // Keep only the cases in which the alert is silent. The others would fail because of labels and values.
        for (JsonNode test : tests.path("tests")) {
            Iterator<JsonNode> cases = test.path("alert_rule_test").elements();
            while (cases.hasNext()) {
                if (!cases.next().path("exp_alerts").isEmpty()) {
                    cases.remove();
                }
            }
        }
        Rules.YAML.writeValue(folder.resolve("alerts.test.yaml").toFile(), tests);
        assertThat(alertsThatFail()).as("the rules before the change").isEmpty();

        replaceAll("vector(1)");

        assertThat(alertsThatFail()).containsExactlyInAnyOrderElementsOf(alerts().toList());
    }

    private List<String> alertsThatFail() throws IOException, InterruptedException {
        return FAILED.matcher(testRules().output())
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
    }

    private void replaceAll(String expression) throws IOException {
        JsonNode file = read("alerts.yaml");
        for (JsonNode group : file.path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (rule.has("alert")) {
                    ((ObjectNode) rule).put("expr", expression).remove("for");
                }
            }
        }
        Rules.YAML.writeValue(folder.resolve("alerts.yaml").toFile(), file);
    }

    private JsonNode read(String name) {
        return Rules.read(folder.resolve(name));
    }

    @Test
    void each_dashboard_expression_is_valid() throws Exception {
        Map<String, String> expressions = Rules.dashboards();
        assertThat(expressions).hasSizeGreaterThan(20);

        assertThat(asRules(expressions).exit())
                .as(asRules(expressions).output())
                .isZero();
        assertThat(asRules(Map.of("planted", "sum(rate(nexus_captures_total))")).exit())
                .as("a rate without a range")
                .isNotZero();
    }

    private Outcome asRules(Map<String, String> expressions) throws IOException, InterruptedException {
        ObjectNode file = Rules.YAML.createObjectNode();
        var rules =
                file.putArray("groups").addObject().put("name", "dashboards").putArray("rules");
        expressions.forEach((where, expression) ->
                rules.addObject().put("record", "d:" + rules.size()).put("expr", expression));
        Path made = folder.resolve("dashboards.yaml");
        Rules.YAML.writeValue(made.toFile(), file);
        return promtool("check", "rules", made.toString());
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alert_has_a_severity_and_a_runbook_link(String name) throws IOException {
        JsonNode rule = Rules.alerts().stream()
                .filter(alert -> alert.path("alert").asText().equals(name))
                .findFirst()
                .orElseThrow();
        URI url = URI.create(rule.at("/annotations/runbook_url").asText());
        String page = Files.readString(Checkout.ROOT.resolve(url.getPath().substring(1)));

        assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning", "info");
        assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
        assertThat(url).hasScheme("https").hasHost("nexus.example.com");
        assertThat(url.getPath()).startsWith("/docs/operations/runbooks/");
        assertThat(page).as("the page names the alert").contains(name);
        if (url.getFragment() != null) {
            assertThat(RunbookPage.anchors(page)).contains(url.getFragment());
        }
    }

    @Test
    void each_runbook_expression_is_valid() throws Exception {
        Map<String, String> expressions = RunbookPage.expressions();
        assertThat(expressions).hasSizeGreaterThan(10);

        assertThat(asRules(expressions).exit())
                .as(asRules(expressions).output())
                .isZero();
    }

    /** Runs the command in docs/operations/monitoring.md for a Prometheus without the operator. */
    @Test
    void one_command_sets_the_base_of_all_runbook_links() throws Exception {
        String command = RunbookPage.blocks(Checkout.ROOT.resolve("docs/operations/monitoring.md")).stream()
                .map(RunbookPage.Block::text)
                .filter(text -> text.contains("https://nexus.example.com/docs/operations/runbooks"))
                .findFirst()
                .orElseThrow();
        ProcessBuilder shell = new ProcessBuilder("sh", "-euc", command)
                .directory(Checkout.ROOT.toFile())
                .redirectOutput(folder.resolve("out.yaml").toFile());
        shell.environment().put("RUNBOOKS", "https://git.example.org/nexus/-/blob/main/docs/operations/runbooks");

        assertThat(shell.start().waitFor()).isZero();

        String rules = Files.readString(folder.resolve("out.yaml"));
        assertThat(rules.lines().filter(line -> line.contains("runbook_url: ")))
                .hasSize(Rules.alerts().size())
                .allMatch(
                        line -> line.contains(" https://git.example.org/nexus/-/blob/main/docs/operations/runbooks/"));
        assertThat(rules)
                .contains(
                        "https://git.example.org/nexus/-/blob/main/docs/operations/runbooks/alerts.md#nexusfileinvalid");
    }
}
