package dev.nexus.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the Broker's imports with the picture and the table of its packages in ARCHITECTURE.md. */
class PackageTableTest {

    private static final Path PAGE = Path.of("../ARCHITECTURE.md");
    private static final Path SOURCES = Path.of("src/main/java/dev/nexus/broker");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z.]+)` \\| [^|]+ \\| ([^|]*)\\| [^|]*\\|$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");
    private static final Pattern LAYER = Pattern.compile("([a-z.]+) ");
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?dev\\.nexus\\.broker\\.([a-z.]+)\\.[A-Z]", Pattern.MULTILINE);

    @Test
    void each_package_imports_exactly_the_packages_in_its_table_row() throws IOException {
        Map<String, Set<String>> table = ROW.matcher(section())
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1), row -> names(NAME, row.group(2)), (a, b) -> a, TreeMap::new));

        Map<String, Set<String>> imported = imported();

        assertThat(imported).hasSizeGreaterThan(15);
        assertThat(table).isEqualTo(imported);
    }

    @Test
    void each_package_imports_only_packages_on_lower_lines_of_the_picture() throws IOException {
        List<Set<String>> layers = layers();

        Map<String, Set<String>> imported = imported();

        assertThat(layers.stream().flatMap(Set::stream)).containsExactlyInAnyOrderElementsOf(imported.keySet());
        for (int layer = 0; layer < layers.size(); layer++) {
            Set<String> below =
                    layers.stream().skip(layer + 1L).flatMap(Set::stream).collect(Collectors.toSet());
            layers.get(layer).forEach(name -> assertThat(below).as(name).containsAll(imported.get(name)));
        }
    }

    /** The Broker's layers in the picture, from top to bottom. */
    private static List<Set<String>> layers() {
        List<String> lines = read(PAGE)
                .lines()
                .dropWhile(line -> !line.equals("```"))
                .skip(1)
                .toList();
        int column = lines.get(0).indexOf("Broker");
        return lines.stream()
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .map(line -> names(LAYER, line.substring(column).replaceAll(" {2}.*", "") + " "))
                .toList();
    }

    private static String section() {
        String page = read(PAGE);
        int start = page.indexOf("## Packages of the Broker");
        return page.substring(start, page.indexOf("\n## ", start));
    }

    /** The imports of each package, without the root package, which may import all packages. */
    private static Map<String, Set<String>> imported() throws IOException {
        Map<String, Set<String>> imported = new TreeMap<>();
        try (Stream<Path> files = Files.walk(SOURCES, 4)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !SOURCES.equals(file.getParent()))
                    .forEach(file -> {
                        String name =
                                SOURCES.relativize(file.getParent()).toString().replace('/', '.');
                        Set<String> names = imported.computeIfAbsent(name, none -> new TreeSet<>());
                        names.addAll(names(IMPORT, read(file)));
                        names.remove(name);
                    });
        }
        return imported;
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
