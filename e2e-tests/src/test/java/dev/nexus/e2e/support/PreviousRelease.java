package dev.nexus.e2e.support;

import dev.nexus.launcher.Artifacts;
import dev.nexus.testsupport.MissingTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The previous release, built from the git history into target/previous-release once per commit. */
public final class PreviousRelease {

    /** Tags tests of features that the previous release does not have. {@code SideBySideIT} excludes them. */
    public static final String NEW = "new";

    /** The release in production before this one. Update it with each release: docs/operations/upgrading.md. */
    public static final String COMMIT = "59ad1a53e380cdc40d1004baff8bc83de0eb9a29";

    /** The scopes of the previous release. */
    public static final List<String> SCOPES =
            List.of("connections:write", "connections:read", "tokens:read", "providers:admin", "audit:read");

    private static final Path REPOSITORY = Artifacts.around(Path.of("")).root();
    private static final long PATIENCE_MINUTES = 15;

    private PreviousRelease() {}

    /** Skips a test class with a message if the previous release is not in the git history. Fails it in CI. */
    public static final class InHistory implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            try {
                if (run(REPOSITORY, null, List.of("git", "cat-file", "-e", COMMIT + "^{commit}")) == 0) {
                    return ConditionEvaluationResult.enabled("the previous release is in the history");
                }
            } catch (IOException noGit) {
                return MissingTool.skip("git cannot be run: " + noGit.getMessage());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interrupted);
            }
            return MissingTool.skip("the previous release, " + COMMIT
                    + ", is not in the git history of this folder (is it a shallow clone?); fetch the history to run "
                    + context.getDisplayName());
        }
    }

    /** Builds the previous release if necessary, and returns its packaged services. */
    public static Artifacts build() throws IOException, InterruptedException {
        Path folder = REPOSITORY.resolve("target/previous-release").resolve(COMMIT);
        Path built = folder.resolve("target/built");
        if (!Files.exists(built)) {
            Files.createDirectories(folder);
            Path log = folder.resolveSibling(COMMIT + ".log");
            Path archive = folder.resolveSibling(COMMIT + ".tar");
            succeed(REPOSITORY, log, List.of("git", "archive", "--output=" + archive, COMMIT));
            succeed(folder, log, List.of("tar", "-xf", archive.toString()));
            // Try offline first: the local repository usually contains all dependencies. Download the rest.
            if (run(folder, log, maven("-o")) != 0) {
                succeed(folder, log, maven());
            }
            Files.createDirectories(built.getParent());
            Files.createFile(built);
        }
        return new Artifacts(folder);
    }

    private static List<String> maven(String... options) {
        List<String> command =
                new ArrayList<>(List.of("mvn", "-B", "-ntp", "-Dmaven.test.skip=true", "-Dspotless.check.skip=true"));
        String localRepository = System.getProperty("localRepository");
        if (localRepository != null) {
            command.add("-Dmaven.repo.local=" + localRepository);
        }
        command.addAll(List.of(options));
        command.addAll(List.of("-pl", "gateway,broker", "-am", "package"));
        return command;
    }

    private static void succeed(Path folder, Path log, List<String> command) throws IOException, InterruptedException {
        int code = run(folder, log, command);
        if (code != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " failed with exit code " + code + "; its log is " + log);
        }
    }

    private static int run(Path folder, @Nullable Path log, List<String> command)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        log == null ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    String.join(" ", command) + " did not finish within " + PATIENCE_MINUTES + " minutes");
        }
        return process.exitValue();
    }
}
