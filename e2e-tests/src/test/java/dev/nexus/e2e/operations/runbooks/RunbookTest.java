package dev.nexus.e2e.operations.runbooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.operations.runbooks.RunbookPage.Block;
import dev.nexus.e2e.support.Checkout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command of a runbook is in a block that {@link RunbooksIT} runs, or in its list of exceptions. */
class RunbookTest {

    private static final Set<String> LANGUAGES = Set.of("sh", "sql", "promql");

    /** A command outside of a block: a program with arguments in backticks. */
    private static final Pattern INLINE =
            Pattern.compile("`((?:kubectl|java|vault|psql|pg_dump|curl|openssl|jq|docker|mv|cp|delete|select) [^`]*)`");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

    static Stream<Path> pages() {
        return RunbookPage.pages().stream();
    }

    @Test
    void each_command_block_is_run_or_listed_with_a_reason() {
        Set<String> pages = RunbookPage.blocks().stream()
                .filter(Block::isCommand)
                .map(Block::page)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> names = RunbookPage.blocks().stream()
                .filter(Block::isCommand)
                .map(Block::name)
                .collect(Collectors.toSet());

        assertThat(RunbookPages.PAGES).containsExactlyInAnyOrderElementsOf(pages);
        assertThat(names).containsAll(RunbookPages.NOT_RUN.keySet());
        assertThat(RunbookPages.NOT_RUN.values())
                .allSatisfy(reason -> assertThat(reason).isNotBlank());
        System.out.printf(
                "Runbooks: %d commands in %d pages, %d of them not run%n",
                names.size(), pages.size(), RunbookPages.NOT_RUN.size());
    }

    @Test
    void each_block_names_its_language() {
        assertThat(RunbookPage.blocks())
                .allSatisfy(
                        block -> assertThat(block.language()).as(block.name()).isIn(LANGUAGES));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void no_command_is_outside_a_block(Path page) {
        List<String> inline = INLINE.matcher(RunbookPage.read(page))
                .results()
                .map(found -> found.group(1))
                .filter(command -> !RunbookPages.INLINE_NOT_RUN.containsKey(command))
                .toList();

        assertThat(inline).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void each_link_points_to_an_existing_page_and_heading(Path page) throws Exception {
        Matcher links = LINK.matcher(RunbookPage.read(page));
        while (links.find()) {
            String[] link = links.group(1).split("#", 2);
            Path target =
                    link[0].isEmpty() ? page : page.resolveSibling(link[0]).normalize();

            assertThat(target).startsWith(Checkout.ROOT).exists();
            if (link.length == 2) {
                assertThat(RunbookPage.anchors(Files.readString(target)))
                        .as(links.group(1))
                        .contains(link[1]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void each_page_is_in_the_list(Path page) {
        String list = RunbookPage.read(RunbookPage.FOLDER.resolve("README.md"));

        assertThat(page.endsWith("README.md") || list.contains("(" + RunbookPage.FOLDER.relativize(page) + ")"))
                .isTrue();
    }
}
