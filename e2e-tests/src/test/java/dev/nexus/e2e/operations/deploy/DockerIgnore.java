package dev.nexus.e2e.operations.deploy;

import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a .dockerignore file like Docker (docs.docker.com/build/concepts/context).
 *
 * <p>A pattern matches a path or one of its parent folders, {@code !} includes it again, and the last matching line
 * wins.
 */
record DockerIgnore(List<Rule> rules) {

    private static final Pattern PART = Pattern.compile("\\*\\*/|\\*\\*|\\*|[^*]+");

    /** One line of the file. */
    private record Rule(boolean excludes, Pattern path) {

        static Rule of(String line) {
            boolean includes = line.startsWith("!");
            StringBuilder regex = new StringBuilder();
            PART.matcher(includes ? line.substring(1) : line)
                    .results()
                    .map(MatchResult::group)
                    .forEach(part -> regex.append(
                            switch (part) {
                                case "**/" -> "(.*/)?";
                                case "**" -> ".*";
                                case "*" -> "[^/]*";
                                default -> Pattern.quote(part);
                            }));
            return new Rule(!includes, Pattern.compile(regex + "(/.*)?"));
        }
    }

    /** Reads the .dockerignore file in the project's root. */
    static DockerIgnore ofProject() {
        try (Stream<String> lines = Files.lines(Checkout.ROOT.resolve(".dockerignore"))) {
            return new DockerIgnore(lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Rule::of)
                    .toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns whether the build context excludes {@code path}, relative to the root. */
    boolean excludes(String path) {
        boolean excluded = false;
        for (Rule rule : rules) {
            if (rule.path().matcher(path).matches()) {
                excluded = rule.excludes();
            }
        }
        return excluded;
    }
}
