package dev.nexus.e2e;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import dev.nexus.launcher.Artifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a newcomer runs, in a folder of its own: the command starts, walks, tells, and leaves nothing behind. */
class QuickstartIT {

    private static final Path ROOT = Artifacts.around(Path.of("")).root();

    private final List<Process> started = new ArrayList<>();

    private final Path folder = Path.of("target", "e2e", "newcomer").toAbsolutePath();

    /** A root with the built product in it, so that a quickstart that runs beside the tests is not disturbed. */
    @BeforeEach
    void link() throws IOException {
        Files.createDirectories(folder);
        Files.deleteIfExists(folder.resolve("target/quickstart.env"));
        for (String part : List.of("quickstart", "shared-contracts", "gateway", "broker", "examples", "deploy")) {
            Files.deleteIfExists(folder.resolve(part));
            if (part.equals("quickstart")) {
                Files.copy(ROOT.resolve(part), folder.resolve(part));
            } else {
                Files.createSymbolicLink(folder.resolve(part), ROOT.resolve(part));
            }
        }
    }

    /** Whatever a failed assertion left running. */
    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Process quickstart(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                ROOT.resolve("launcher/target/classes") + ":" + ROOT.resolve("launcher/target/lib") + "/*",
                "dev.nexus.launcher.Quickstart"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.log").toFile())
                .start();
        started.add(process);
        return process;
    }

    @Test
    void the_walk_ends_with_0_and_prints_every_step() throws Exception {
        Process walk = quickstart("--walk");

        assertThat(walk.waitFor(120, TimeUnit.SECONDS)).isTrue();

        String output = Files.readString(folder.resolve("output.log"));
        assertThat(output)
                .contains("POST /v1/request-connection", "GET /v1/token/", "static_token", "The walk is complete");
        assertThat(walk.exitValue()).isZero();
    }

    @Test
    @ExtendWith(RealVault.Needed.class)
    void the_walk_goes_through_a_vault_of_its_own_and_leaves_none_behind() throws Exception {
        Process walk = quickstart("--vault", "--walk");

        assertThat(walk.waitFor(120, TimeUnit.SECONDS)).isTrue();

        assertThat(Files.readString(folder.resolve("output.log"))).contains("The walk is complete");
        assertThat(walk.exitValue()).isZero();
        assertThat(ProcessHandle.allProcesses()
                        .filter(process -> process.info()
                                .commandLine()
                                .filter(line -> line.contains("-dev-root-token-id=quickstart"))
                                .isPresent())
                        .filter(this::worksIn)
                        .filter(QuickstartIT::isRunning))
                .isEmpty();
    }

    @Test
    void a_vault_that_is_to_be_kept_is_refused() throws Exception {
        Process refused = quickstart("--vault", "--keep");

        assertThat(refused.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("output.log"))).contains("--keep does not go with --vault");
    }

    @Test
    void it_tells_where_it_is_refuses_a_second_one_and_leaves_nothing_when_it_is_ended() throws Exception {
        Path envFile = folder.resolve("target/quickstart.env");
        Process running = quickstart("-Dnexus.state.ttl=PT2M");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(envFile));
        Map<String, String> env = Files.readAllLines(envFile).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        List<ProcessHandle> children = new ArrayList<>(running.descendants().toList());
        children.add(postgresql());

        assertThat(env.keySet())
                .containsExactlyInAnyOrder(
                        "GATEWAY_URL",
                        "BROKER_URL",
                        "API_KEY",
                        "OTHER_API_KEY",
                        "CAPTURE_ONLY_API_KEY",
                        "API_KEY_PROVIDER_ID",
                        "BASIC_PROVIDER_ID",
                        "RETURN_URL");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(envFile)))
                .isEqualTo("rw-------");
        Backend acme = new Backend(env.get("GATEWAY_URL"), env.get("API_KEY"));
        assertThat(acme.connect(Backend.workspace(), "k")).isNotBlank();
        assertThat(children).hasSizeGreaterThanOrEqualTo(3);

        Process second = quickstart();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);

        running.destroy();
        assertThat(running.waitFor(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(10)).until(() -> children.stream().noneMatch(QuickstartIT::isRunning));
    }

    @Test
    void with_the_example_it_tells_where_that_is_and_leaves_nothing_of_it_either() throws Exception {
        Path envFile = folder.resolve("target/quickstart.env");
        Process running = quickstart("--example");
        await().atMost(Duration.ofSeconds(90)).until(() -> Files.exists(envFile));
        String url = Files.readAllLines(envFile).stream()
                .filter(line -> line.startsWith("EXAMPLE_URL="))
                .findFirst()
                .orElseThrow()
                .substring("EXAMPLE_URL=".length());
        List<ProcessHandle> children = new ArrayList<>(running.descendants().toList());

        given().get(url).then().statusCode(200).body(containsString("Sign in"));
        assertThat(children)
                .anyMatch(child -> child.info()
                        .commandLine()
                        .filter(line -> line.contains("examples/backend") && !line.contains("nxs_"))
                        .isPresent());

        running.destroy();
        assertThat(running.waitFor(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(10)).until(() -> children.stream().noneMatch(QuickstartIT::isRunning));
    }

    /** PostgreSQL is started by pg_ctl, so it is nobody's child. */
    private ProcessHandle postgresql() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("target/quickstart/data/postmaster.pid"));
        return ProcessHandle.of(Long.parseLong(lines.get(0))).orElseThrow();
    }

    /** Another checkout's quickstart may run beside this one. */
    private boolean worksIn(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                    .equals(folder);
        } catch (IOException gone) {
            return false;
        }
    }

    /** A zombie that nobody has reaped yet does not run. */
    private static boolean isRunning(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return process.isAlive()
                    && !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
        } catch (IOException gone) {
            return false;
        }
    }
}
