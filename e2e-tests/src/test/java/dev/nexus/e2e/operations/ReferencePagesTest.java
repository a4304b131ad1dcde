package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.DeclaredError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the hand-written pages of docs/reference, and the tests that docs/explanation names, with the code. */
class ReferencePagesTest {

    private static final Pattern ERROR_ROW =
            Pattern.compile("^\\| (\\d{3}) \\| `(\\w+)` \\|.*\\| (yes|no) \\|$", Pattern.MULTILINE);
    private static final Pattern ACTION = Pattern.compile("^    [A-Z_]+\\(\"([a-z_.]+)\"\\)[,;]$", Pattern.MULTILINE);
    private static final Pattern ACTION_ROW =
            Pattern.compile("^\\| `([a-z_]+\\.[a-z_]+)` \\|.*\\|$", Pattern.MULTILINE);
    private static final Pattern ROUTE =
            Pattern.compile("^    [A-Z_]+\\(\"(\\w+)\", \"([^\"]+)\"[,)]", Pattern.MULTILINE);
    private static final Pattern ROUTE_OF_PAGE = Pattern.compile("\\b(GET|POST|PUT|DELETE) (/(?:v1|auth)/[^ ,?\\n]+)");
    private static final Pattern METRIC_CELL = Pattern.compile("^\\| ((?:`[a-z]\\w*`(?:, )?)+) \\|", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:IT|Test))(?:\\.(\\w+))?`");

    @Test
    void errors_page_lists_each_error_code_with_its_status_and_whether_a_retry_can_succeed() throws IOException {
        List<DeclaredError> errors = DeclaredError.all();
        List<String> codes = errors.stream()
                .map(error -> error.status() + " " + error.code() + " " + (error.temporary() ? "yes" : "no"))
                .toList();

        List<String> rows = ERROR_ROW
                .matcher(page("reference/errors.md"))
                .results()
                .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
                .toList();

        assertThat(errors).anyMatch(DeclaredError::temporary);
        assertThat(codes).hasSizeGreaterThan(20);
        assertThat(rows).containsExactlyInAnyOrderElementsOf(codes);
    }

    @Test
    void audit_actions_and_the_openapi_document_list_each_action() {
        List<String> actions = names(ACTION, read("broker/src/main/java/dev/nexus/broker/audit/AuditAction.java"));

        assertThat(actions).hasSizeGreaterThan(10);
        assertThat(names(ACTION_ROW, page("reference/audit-actions.md"))).containsExactlyInAnyOrderElementsOf(actions);
        assertThat(read("gateway/src/main/resources/META-INF/openapi.yaml")).contains(actions);
    }

    @Test
    void api_page_names_each_route_and_no_other() {
        Set<String> routes = routes(ROUTE, read("gateway/src/main/java/dev/nexus/gateway/http/Route.java"));

        assertThat(routes).hasSizeGreaterThan(20);
        assertThat(routes(ROUTE_OF_PAGE, headingsAndTables(page("reference/api.md"))))
                .isEqualTo(routes);
    }

    @Test
    void metrics_page_lists_each_metric_of_the_generated_table() {
        String monitoring = page("operations/monitoring.md");
        String generated = monitoring.substring(monitoring.indexOf("<!-- metrics:"));

        Set<String> metrics = metrics(generated);

        assertThat(metrics).hasSizeGreaterThan(30);
        assertThat(metrics(page("reference/metrics.md"))).isEqualTo(metrics);
    }

    @Test
    void each_test_that_an_explanation_names_exists() throws IOException {
        Map<String, String> tests = tests();
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (Path page : explanations()) {
            Matcher matcher = TEST.matcher(Files.readString(page));
            while (matcher.find()) {
                named++;
                String method = matcher.group(2) == null ? "" : " " + matcher.group(2) + "(";
                String source = tests.get(matcher.group(1));
                if (source == null || !source.contains(method)) {
                    missing.add(page.getFileName() + ": " + matcher.group());
                }
            }
        }

        assertThat(named).isGreaterThan(100);
        assertThat(missing).isEmpty();
    }

    private static List<String> names(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    /** Returns each route as method and path, with {@code {}} for a parameter. */
    private static Set<String> routes(Pattern pattern, String text) {
        return pattern.matcher(text.replaceAll("\\{[a-z_ ]+}", "{}"))
                .results()
                .map(route -> route.group(1) + " " + route.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the page without sentences and examples, because they can contain paths with values. */
    private static String headingsAndTables(String page) {
        return page.lines()
                .filter(line -> line.startsWith("### ") || line.startsWith("| "))
                .collect(Collectors.joining("\n"));
    }

    private static Set<String> metrics(String page) {
        return METRIC_CELL
                .matcher(page)
                .results()
                .flatMap(cell -> Stream.of(cell.group(1).replace("`", "").split(", ")))
                .filter(name -> name.contains("_"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> explanations() throws IOException {
        try (Stream<Path> files = Files.walk(Checkout.ROOT.resolve("docs/explanation"))) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        }
    }

    /** Returns the sources of all tests by class name. Classes with the same name in several modules are one entry. */
    private static Map<String, String> tests() throws IOException {
        List<Path> modules;
        try (Stream<Path> folders = Files.list(Checkout.ROOT)) {
            modules = Stream.concat(folders, Stream.of(Checkout.ROOT.resolve("examples/backend")))
                    .map(folder -> folder.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList();
        }
        Map<String, String> tests = new TreeMap<>();
        for (Path module : modules) {
            try (Stream<Path> files = Files.walk(module)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = String.valueOf(file.getFileName()).replace(".java", "");
                    tests.merge(name, Files.readString(file), String::concat);
                }
            }
        }
        return tests;
    }

    private static String page(String name) {
        return read("docs/" + name);
    }

    private static String read(String file) {
        try {
            return Files.readString(Checkout.ROOT.resolve(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
