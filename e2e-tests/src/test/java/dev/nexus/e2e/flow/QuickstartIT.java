package dev.nexus.e2e.flow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.launcher.Artifacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The quickstart in a separate folder: it starts, runs the walk, writes its addresses and cleans up. */
@NeedsOnPath("curl")
class QuickstartIT {

    private static final Path ROOT = Artifacts.around(Path.of("")).root();

    private final List<Process> started = new ArrayList<>();

    private final Path folder = Path.of("target", "e2e", "newcomer").toAbsolutePath();

    /** Links the built product into a separate root, so that the test does not disturb a running quickstart. */
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

    /** Ends processes that a failed assertion left running. */
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
                // The same options as in the script.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
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
    void walk_exits_with_0_and_prints_each_step() throws Exception {
        Process walk = quickstart("--walk");

        assertThat(walk.waitFor(300, TimeUnit.SECONDS)).isTrue();

        String output = Files.readString(folder.resolve("output.log"));
        assertThat(output)
                .contains("POST /v1/request-connection", "GET /v1/token/", "static_token", "The walk is complete")
                .contains("Verification: the Broker checks a credential only with the demo vendor")
                .containsSubsequence("bad_key", "credentials_rejected", "good_key", "\"verified\"");
        assertThat(walk.exitValue()).isZero();
    }

    @Test
    @ExtendWith(RealVault.Needed.class)
    void walk_with_vault_leaves_no_vault_process_behind() throws Exception {
        Process walk = quickstart("--vault", "--walk");

        assertThat(walk.waitFor(300, TimeUnit.SECONDS)).isTrue();

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
    void keep_with_vault_is_rejected() throws Exception {
        Process refused = quickstart("--vault", "--keep");

        assertThat(refused.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("output.log"))).contains("--keep cannot be used with --vault");
    }

    @Test
    void quickstart_writes_its_addresses_rejects_a_second_run_and_cleans_up() throws Exception {
        Path envFile = folder.resolve("target/quickstart.env");
        Process running = quickstart("-Dnexus.state.ttl=PT2M");
        await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(envFile));
        Map<String, String> env = Files.readAllLines(envFile).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        List<ProcessHandle> children = new ArrayList<>(running.descendants().toList());
        children.add(postgresql());

        assertThat(env.keySet())
                .containsExactlyInAnyOrder(
                        "GATEWAY_URL",
                        "BROKER_URL",
                        "GATEWAY_MANAGEMENT_URL",
                        "BROKER_MANAGEMENT_URL",
                        "DEMO_PROVIDER_ID",
                        "API_KEY",
                        "OTHER_API_KEY",
                        "CAPTURE_ONLY_API_KEY",
                        "API_KEY_PROVIDER_ID",
                        "BASIC_PROVIDER_ID",
                        "RETURN_URL");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(envFile)))
                .isEqualTo("rw-------");
        Backend acme = new Backend(value(env, "GATEWAY_URL"), value(env, "API_KEY"));
        assertThat(acme.connect(Backend.workspace(), "k")).isNotBlank();
        assertHealthAndMetricsAddressesArePrinted(env);
        assertOnlyTheDemoVendorIsCalled(env, acme);
        assertDocumentedCommandsWork();
        assertThat(children).hasSizeGreaterThanOrEqualTo(3);

        Process second = quickstart();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);

        running.destroy();
        assertThat(running.waitFor(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(10)).until(() -> children.stream().noneMatch(QuickstartIT::isRunning));
    }

    private void assertHealthAndMetricsAddressesArePrinted(Map<String, String> env) {
        for (String service : List.of("GATEWAY", "BROKER")) {
            String url = env.get(service + "_MANAGEMENT_URL");
            // The quickstart writes the file of addresses before it prints the text.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(Files.readString(folder.resolve("output.log")))
                            .contains(url + "/q/health", url + "/q/metrics"));
            given().get(url + "/q/health").then().statusCode(200).body("status", equalTo("UP"));
            given().get(url + "/q/metrics").then().statusCode(200).body(containsString("http_server_requests"));
        }
    }

    private static String value(Map<String, String> env, String name) {
        return Objects.requireNonNull(env.get(name), name);
    }

    private void assertOnlyTheDemoVendorIsCalled(Map<String, String> env, Backend acme) throws IOException {
        Begun demo = acme.begin(Backend.workspace(), value(env, "DEMO_PROVIDER_ID"));
        Begun github = acme.begin(Backend.workspace(), "github");

        acme.captureKey(demo.state(), "bad_key").then().statusCode(422).body("error", equalTo("credentials_rejected"));
        acme.captureKey(demo.state(), "good_key").then().statusCode(200);
        acme.captureKey(github.state(), "ghp_made-up").then().statusCode(200);

        acme.check(demo.id()).then().body("verification.status", equalTo("verified"));
        acme.check(github.id())
                .then()
                .body("verification.status", equalTo("unverified"))
                .body("verification.reason", equalTo("disabled"));
        assertThat(Files.readString(folder.resolve("output.log")))
                .contains("Verification: the Broker checks a credential only with the demo vendor");
    }

    /** Runs the commands of two documented sections. Their working folder replaces the repository's root. */
    private void assertDocumentedCommandsWork() throws Exception {
        assertThat(outputOf("README.md", "The flow in curl"))
                .containsSubsequence(
                        "\"Personal Access Token\"",
                        "\"status\":\"success\"",
                        "\"status\":\"active\"",
                        "\"credentials\":{\"api_key\": \"pat_abc123xyz\"}");
        assertThat(outputOf("docs/tutorial/first-credential.md", "A vendor that checks the key"))
                .containsSubsequence(
                        "\"error\":\"credentials_rejected\"",
                        "\"status\":\"success\"",
                        "\"verification\":{\"status\":\"verified\"");
    }

    /** Runs the first shell block of a section and returns its output. */
    private String outputOf(String page, String section) throws IOException, InterruptedException {
        Matcher lines = Pattern.compile("(?s)\n## " + Pattern.quote(section) + "\n.*?\n```sh\n(.*?)\n```\n")
                .matcher(Files.readString(ROOT.resolve(page)));
        assertThat(lines.find()).as(section).isTrue();
        Process shell = new ProcessBuilder("sh", "-eu", "-c", lines.group(1))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void quickstart_with_example_writes_the_url_of_the_example_and_cleans_up() throws Exception {
        Path envFile = folder.resolve("target/quickstart.env");
        Process running = quickstart("--example");
        await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(envFile));
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

    /** PostgreSQL is started by pg_ctl, so it is not a child process of the quickstart. */
    private ProcessHandle postgresql() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("target/quickstart/data/postmaster.pid"));
        return ProcessHandle.of(Long.parseLong(lines.get(0))).orElseThrow();
    }

    /** Returns true if the process belongs to this quickstart, and not to the quickstart of another checkout. */
    private boolean worksIn(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                    .equals(folder);
        } catch (IOException ended) {
            return false;
        }
    }

    /** Returns false also for a zombie, which is a process that has ended but was not reaped by its parent yet. */
    private static boolean isRunning(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return process.isAlive()
                    && !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
        } catch (IOException ended) {
            return false;
        }
    }
}
