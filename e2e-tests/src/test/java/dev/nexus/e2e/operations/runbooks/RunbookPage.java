package dev.nexus.e2e.operations.runbooks;

import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages under docs/operations/runbooks, the backup page, and their code blocks. */
public final class RunbookPage {

    public static final Path FOLDER = Checkout.ROOT.resolve("docs/operations/runbooks");

    private static final Path BACKUP = Checkout.ROOT.resolve("docs/operations/backup.md");

    private static final Pattern LINES =
            Pattern.compile("^( *)```(\\w*)\\n(.*?)^ *```$|^(#+ [^\\n]*)$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern EXPORT = Pattern.compile("export ([A-Z_]+)=.*");

    private RunbookPage() {}

    /**
     * A fenced code block.
     *
     * @param heading the heading above the block
     * @param number the block's number among those with the same heading and language, from 1
     */
    public record Block(String page, String heading, int number, String language, String text) {

        public String name() {
            return page + ": " + heading + ": " + language + " " + number;
        }

        /** Returns the variables that the block exports, or an empty set if it contains other commands. */
        public Set<String> variables() {
            Set<String> names = new TreeSet<>();
            for (String line : text.lines().toList()) {
                Matcher export = EXPORT.matcher(line);
                if (!export.matches()) {
                    return Set.of();
                }
                names.add(export.group(1));
            }
            return names;
        }

        public boolean isCommand() {
            return Set.of("sh", "sql").contains(language) && variables().isEmpty();
        }
    }

    /** Returns all pages, sorted by path. */
    public static List<Path> pages() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return Stream.concat(files.filter(file -> file.toString().endsWith(".md")), Stream.of(BACKUP))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns the page with this file name. */
    static Path page(String name) {
        return pages().stream().filter(page -> page.endsWith(name)).findAny().orElseThrow();
    }

    public static List<Block> blocks(Path page) {
        List<Block> blocks = new ArrayList<>();
        String heading = "";
        Matcher matcher = LINES.matcher(read(page));
        while (matcher.find()) {
            if (matcher.group(4) != null) {
                heading = matcher.group(4).replaceFirst("^#+ ", "");
                continue;
            }
            String under = heading;
            String language = matcher.group(2);
            int number = 1
                    + (int) blocks.stream()
                            .filter(block -> block.heading().equals(under)
                                    && block.language().equals(language))
                            .count();
            String text = matcher.group(3)
                    .lines()
                    .map(line -> line.startsWith(matcher.group(1))
                            ? line.substring(matcher.group(1).length())
                            : line)
                    .collect(Collectors.joining("\n"));
            blocks.add(new Block(String.valueOf(page.getFileName()), under, number, language, text));
        }
        return blocks;
    }

    public static List<Block> blocks() {
        return pages().stream().flatMap(page -> blocks(page).stream()).toList();
    }

    /** Returns the PromQL of all pages by block name. */
    public static Map<String, String> expressions() {
        Map<String, String> expressions = new LinkedHashMap<>();
        blocks().stream()
                .filter(block -> block.language().equals("promql"))
                .forEach(block -> expressions.put(block.name(), block.text()));
        return expressions;
    }

    /** Returns the anchors that GitHub and GitLab create for the page's headings. */
    public static List<String> anchors(String markdown) {
        return markdown.lines()
                .filter(line -> line.startsWith("#"))
                .map(heading -> heading.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
