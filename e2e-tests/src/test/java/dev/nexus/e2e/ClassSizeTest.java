package dev.nexus.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits the length of each source file, because a longer class usually has more than one purpose. */
class ClassSizeTest {

    @ParameterizedTest
    @CsvSource({"src/main/java, 300", "src/test/java, 400"})
    void no_class_is_longer_than_the_limit(String folder, int limit) throws IOException {
        List<Path> sources = sources(folder);

        assertThat(sources).hasSizeGreaterThan(100);
        assertThat(sources.stream()
                        .filter(source -> lines(source) > limit)
                        .map(source -> Checkout.ROOT.relativize(source) + ": " + lines(source)))
                .isEmpty();
    }

    private static long lines(Path source) {
        try (Stream<String> lines = Files.lines(source)) {
            return lines.count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<Path> sources(String folder) throws IOException {
        try (Stream<Path> modules = Files.walk(Checkout.ROOT, 3)) {
            return modules.filter(module -> Files.exists(module.resolve("pom.xml")))
                    .filter(module -> !module.startsWith(Checkout.ROOT.resolve("target")))
                    .map(module -> module.resolve(folder))
                    .filter(Files::isDirectory)
                    .flatMap(ClassSizeTest::javaFiles)
                    .toList();
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
