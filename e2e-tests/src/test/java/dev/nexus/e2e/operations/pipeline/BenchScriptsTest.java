package dev.nexus.e2e.operations.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the scripts under bench without a measurement: help texts, error messages, and the load generator. */
@NeedsOnPath({"python3", "go", "flock"})
class BenchScriptsTest {

    @ParameterizedTest
    @ValueSource(strings = {"bench/compare", "bench/load"})
    void each_script_prints_its_usage(String script) throws Exception {
        ScriptResult ran = ScriptResult.inRepository("python3", "-B", script, "--help");

        assertThat(ran.code()).as(ran.output()).isZero();
        assertThat(ran.output()).startsWith("usage: " + Path.of(script).getFileName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"compare", "load", "postgresql.py", "quickstart.py"})
    void each_script_compiles_without_a_warning(String script) throws Exception {
        String compile = "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')";

        ScriptResult ran = ScriptResult.inRepository("python3", "-W", "error", "-c", compile, "bench/" + script);

        assertThat(ran.code()).as(ran.output()).isZero();
    }

    @Test
    void unknown_part_is_refused_with_the_list_of_parts() throws Exception {
        ScriptResult ran = ScriptResult.inRepository("python3", "-B", "bench/load", "tokens");

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.output())
                .contains("unknown part tokens; the parts are operations, layers, replicas, rows, vault");
    }

    @Test
    void missing_go_is_named_with_the_remedy(@TempDir Path programs) throws Exception {
        ScriptResult ran = load(programs, "");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("bench: go is missing. Install Go 1.22 or newer");
    }

    @Test
    void old_go_is_named_with_the_remedy(@TempDir Path programs) throws Exception {
        writeGo(programs, "1.19.8");

        ScriptResult ran = load(programs, "");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("bench: Go 1.19 is too old. Install Go 1.22 or newer");
    }

    @Test
    void low_limit_of_open_files_is_named_with_the_remedy(@TempDir Path programs) throws Exception {
        writeGo(programs, "1.22.0");

        ScriptResult ran = load(programs, "ulimit -n 256 && ");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("bench: this user may open only 256 files. Raise the limit to 1200");
    }

    @Test
    void second_measurement_in_the_same_folder_is_refused() throws Exception {
        ScriptResult ran = ScriptResult.inRepository(
                "sh", "-c", "mkdir -p target/bench && flock target/bench/lock python3 -B bench/load");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("bench: another bench/load is running in this folder");
    }

    @Test
    void load_generator_passes_its_tests() throws Exception {
        ScriptResult ran = ScriptResult.in(
                Checkout.ROOT.resolve("bench/attack"), Map.of(), "go", "test", "-buildvcs=false", "./...");

        assertThat(ran.code()).as(ran.output()).isZero();
    }

    /** Runs bench/load in a shell after the commands {@code before}, with only {@code programs} on PATH. */
    private static ScriptResult load(Path programs, String before) throws Exception {
        String python = output("python3 -c 'import sys; print(sys.executable)'");
        return ScriptResult.in(
                Checkout.ROOT,
                Map.of("PATH", programs.toString()),
                "/bin/sh",
                "-c",
                before + "exec " + python + " -B bench/load");
    }

    /** Writes a fake go that prints its version. */
    private static void writeGo(Path programs, String version) throws Exception {
        Path go =
                Files.writeString(programs.resolve("go"), "#!/bin/sh\necho go version go" + version + " linux/amd64\n");
        Files.setPosixFilePermissions(go, PosixFilePermissions.fromString("rwx------"));
    }

    private static String output(String command) throws Exception {
        return ScriptResult.inRepository("sh", "-c", command).output().strip();
    }
}
