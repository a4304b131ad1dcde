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
 * A .dockerignore file as Docker reads it (docs.docker.com/build/concepts/context): a pattern matches a path or a folder
 * above it, {@code !} admits again, and the last line that matches decides.
 */
record DockerIgnore(List<Rule> rules) {

    private static final Pattern PART = Pattern.compile("\\*\\*/|\\*\\*|\\*|[^*]+");

    /** One line. */
    private record Rule(boolean excludes, Pattern path) {

        static Rule of(String line) {
            boolean admits = line.startsWith("!");
            StringBuilder regex = new StringBuilder();
            PART.matcher(admits ? line.substring(1) : line)
                    .results()
                    .map(MatchResult::group)
                    .forEach(part -> regex.append(
                            switch (part) {
                                case "**/" -> "(.*/)?";
                                case "**" -> ".*";
                                case "*" -> "[^/]*";
                                default -> Pattern.quote(part);
                            }));
            return new Rule(!admits, Pattern.compile(regex + "(/.*)?"));
        }
    }

    /** .dockerignore at the top. */
    static DockerIgnore ofTheProject() {
        try (Stream<String> lines = Files.lines(Checkout.ROOT.resolve(".dockerignore"))) {
            return new DockerIgnore(lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Rule::of)
                    .toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whether a file is kept out of the build context; {@code path} is relative to the root. */
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
