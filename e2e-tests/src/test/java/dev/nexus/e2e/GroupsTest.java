package dev.nexus.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that each end-to-end test is in one of the groups that CONTRIBUTING.md describes. */
class GroupsTest {

    private static final Path TESTS = Checkout.ROOT.resolve("e2e-tests/src/test/java/dev/nexus/e2e");
    private static final Pattern SOAK_CLASS = Pattern.compile("(?m)^@Tag\\(\"soak\"\\)$");

    @Test
    void each_end_to_end_test_is_in_a_group() throws IOException {
        List<Path> tests = endToEndTests(TESTS);

        assertThat(tests)
                .hasSizeGreaterThan(30)
                .allSatisfy(test -> assertThat(TESTS.relativize(test).getName(0).toString())
                        .isIn("flow", "page", "security", "operations", "resilience"));
    }

    @Test
    void each_test_of_the_group_resilience_has_the_tag_soak() throws IOException {
        List<Path> tests = endToEndTests(TESTS.resolve("resilience"));

        assertThat(tests)
                .isNotEmpty()
                .allSatisfy(test -> assertThat(Files.readString(test)).containsPattern(SOAK_CLASS));
    }

    @Test
    void each_concurrent_test_has_a_separate_Nexus() throws IOException {
        Pattern concurrent = Pattern.compile("(?m)^@Concurrent$");
        List<Path> tests = new ArrayList<>();
        for (Path test : endToEndTests(TESTS)) {
            if (concurrent.matcher(Files.readString(test)).find()) {
                tests.add(test);
            }
        }

        assertThat(tests)
                .isNotEmpty()
                .allSatisfy(test -> assertThat(Files.readString(test))
                        .doesNotContain("NexusExtension.class", "ObservedNexus", "CapturePageExtension"));
    }

    private static List<Path> endToEndTests(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith("IT.java")).toList();
        }
    }
}
