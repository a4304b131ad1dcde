package dev.nexus.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The script {@code quickstart}: its help, and the modules that it builds. If the options of {@link Quickstart} change,
 * run
 * {@code mvn verify -DskipITs -Dtest=QuickstartHelpTest -Dsurefire.failIfNoSpecifiedTests=false -Dnexus.docs.write=true}
 * and commit the result.
 */
class QuickstartHelpTest {

    private static final Path ROOT = Artifacts.around(Path.of("")).root();
    private static final Path HELP = Path.of("launcher/src/main/resources/dev/nexus/launcher/quickstart-help.txt");

    @TempDir
    Path folder;

    private record Ran(int code, String output) {}

    private static String usage() {
        return new CommandLine(new Quickstart()).getUsageMessage(Ansi.OFF);
    }

    @BeforeAll
    static void write() throws IOException {
        if (Boolean.getBoolean("nexus.docs.write")) {
            Files.writeString(ROOT.resolve(HELP), usage());
        }
    }

    /** Copies the script to a folder without sources, with a PATH without Java and Maven. */
    @BeforeEach
    void copy() throws IOException {
        Files.createDirectories(folder.resolve(HELP).getParent());
        Files.copy(ROOT.resolve("quickstart"), folder.resolve("quickstart"));
        Files.copy(ROOT.resolve(HELP), folder.resolve(HELP));
        Files.createDirectory(folder.resolve("bin"));
        for (String program : List.of("sh", "dirname", "cat", "grep", "sed", "head")) {
            Files.createSymbolicLink(folder.resolve("bin").resolve(program), onPath(program));
        }
    }

    private static Path onPath(String program) {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return Path.of(directory, program);
            }
        }
        throw new IllegalStateException(program + " is not on PATH");
    }

    private Ran quickstart(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(folder.resolve("bin/sh").toString(), "quickstart"));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("bin").toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), output);
    }

    @Test
    void the_help_file_equals_the_help_of_the_command() throws IOException {
        assertThat(ROOT.resolve(HELP)).content().isEqualTo(usage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void help_is_printed_without_a_build(String option) throws Exception {
        Ran ran = quickstart("--vault", option);

        assertThat(ran).isEqualTo(new Ran(0, Files.readString(ROOT.resolve(HELP))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void the_version_is_printed_without_a_build(String option) throws Exception {
        String[] version = new CommandLine(new Quickstart()).getCommandSpec().version();

        assertThat(quickstart(option)).isEqualTo(new Ran(0, String.join("\n", version) + "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--wlak", "--key=secret", "-x", "--gateway"})
    void an_unknown_option_is_refused_without_a_build(String option) throws Exception {
        Ran ran = quickstart("--walk", option);

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.output())
                .isEqualTo("quickstart: unknown option " + option.replaceFirst("=.*", "")
                        + ". ./quickstart --help lists the options.\n");
    }

    @Test
    void every_option_is_accepted_before_the_build() throws Exception {
        for (var option : new CommandLine(new Quickstart()).getCommandSpec().options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                for (String name : option.names()) {
                    Ran ran = quickstart(name + (option.arity().max() > 0 ? "=0" : ""));

                    // The check after the options fails, so the option was accepted.
                    assertThat(ran.output()).as(name).startsWith("quickstart: Java not found");
                }
            }
        }
    }

    @Test
    void the_build_contains_only_the_launcher_and_its_dependencies() throws Exception {
        // Fake programs of Java 17 and Maven that record their arguments.
        for (String program : List.of("find", "sort", "xargs", "cksum", "mkdir", "rm", "tail")) {
            Files.createSymbolicLink(folder.resolve("bin").resolve(program), onPath(program));
        }
        script("java", "case $1 in -version) echo 'openjdk version \"17.0.1\"' >&2 ;; *) echo \"java $*\" ;; esac");
        script("javac", ":");
        script("mvn", "echo \"$*\" > mvn.called");
        for (String source : List.of("launcher/pom.xml", "examples/backend/pom.xml", "e2e-tests/pom.xml", "pom.xml")) {
            Files.createDirectories(folder.resolve(source).getParent());
            Files.writeString(folder.resolve(source), "1");
        }
        for (String sources : List.of(".mvn", "examples/backend/src/main")) {
            Files.createDirectories(folder.resolve(sources));
        }
        Files.createDirectories(folder.resolve("launcher/target/lib"));

        Ran first = quickstart();

        assertThat(first.code()).as(first.output()).isZero();
        assertThat(folder.resolve("mvn.called")).content().contains("-pl launcher -am package");

        Files.delete(folder.resolve("mvn.called"));
        Files.writeString(folder.resolve("e2e-tests/pom.xml"), "2");
        quickstart();

        assertThat(folder.resolve("mvn.called"))
                .as("built for a change of a test")
                .doesNotExist();

        Files.writeString(folder.resolve("launcher/pom.xml"), "2");
        quickstart();

        assertThat(folder.resolve("mvn.called"))
                .as("built for a change of the launcher")
                .exists();
    }

    private void script(String name, String text) throws IOException {
        Path file = folder.resolve("bin").resolve(name);
        Files.writeString(file, "#!" + folder.resolve("bin/sh") + "\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
