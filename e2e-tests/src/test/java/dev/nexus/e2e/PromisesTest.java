package dev.nexus.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.AnnotationExpr;
import com.github.javaparser.ast.expr.IntegerLiteralExpr;
import com.github.javaparser.ast.nodeTypes.NodeWithAnnotations;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.testsupport.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the table of promises in the documentation with the annotations of the tests. */
class PromisesTest {

    private static final int PROMISES = 34;
    private static final Path PAGE = Checkout.ROOT.resolve("docs/explanation/promises.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| (\\d+) \\| ([^|]+) \\| ([^|]*)\\| ([^|]*)\\|$", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:\\.\\w+)?)`");
    private static final Set<String> TEST_ANNOTATIONS =
            Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "Property");

    /** A row of the table. */
    private record Row(int number, String tests, String notTested) {}

    @Test
    void the_page_lists_each_promise_with_its_tests_or_with_what_is_not_tested() throws IOException {
        List<Row> rows = rows();

        assertThat(rows.stream().map(Row::number))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, PROMISES).boxed().toList());
        assertThat(rows)
                .allMatch(row -> !row.tests().isBlank() || !row.notTested().isBlank());
    }

    @Test
    void the_page_lists_exactly_the_tests_with_the_annotation_of_each_promise() throws IOException {
        Set<String> listed = new TreeSet<>();
        for (Row row : rows()) {
            TEST.matcher(row.tests()).results().forEach(test -> listed.add(row.number() + " " + test.group(1)));
        }

        assertThat(annotated()).hasSizeGreaterThan(80).containsExactlyInAnyOrderElementsOf(listed);
    }

    @Test
    void each_annotated_method_is_a_test() throws IOException {
        List<String> others = sources().stream()
                .flatMap(source -> parse(source).findAll(MethodDeclaration.class).stream())
                .filter(method -> method.isAnnotationPresent(Promise.class))
                .filter(method -> TEST_ANNOTATIONS.stream().noneMatch(method::isAnnotationPresent))
                .map(method -> method.getNameAsString())
                .toList();

        assertThat(others).isEmpty();
    }

    private static List<Row> rows() throws IOException {
        return ROW.matcher(Files.readString(PAGE))
                .results()
                .map(row -> new Row(Integer.parseInt(row.group(1)), row.group(3), row.group(4)))
                .toList();
    }

    /** The number and the name of each annotated test. */
    private static Set<String> annotated() throws IOException {
        Set<String> annotated = new TreeSet<>();
        for (Path source : sources()) {
            for (TypeDeclaration<?> type : parse(source).getTypes()) {
                String name = type.getNameAsString();
                numbers(type).forEach(number -> annotated.add(number + " " + name));
                type.getMethods()
                        .forEach(method -> numbers(method)
                                .forEach(
                                        number -> annotated.add(number + " " + name + "." + method.getNameAsString())));
            }
        }
        return annotated;
    }

    private static Stream<Integer> numbers(NodeWithAnnotations<?> node) {
        return node.getAnnotationByClass(Promise.class).stream()
                .flatMap((AnnotationExpr promise) -> promise.findAll(IntegerLiteralExpr.class).stream())
                .map(number -> number.asNumber().intValue());
    }

    private static CompilationUnit parse(Path source) {
        try {
            return new JavaParser(new ParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_17))
                    .parse(source)
                    .getResult()
                    .orElseThrow();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The test sources of all modules that contain the annotation. */
    private static List<Path> sources() throws IOException {
        List<Path> folders;
        try (Stream<Path> modules = Files.list(Checkout.ROOT)) {
            folders = modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList();
        }
        return folders.stream().flatMap(PromisesTest::annotatedFiles).toList();
    }

    private static Stream<Path> annotatedFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> read(file).contains("@Promise("))
                    .toList()
                    .stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
