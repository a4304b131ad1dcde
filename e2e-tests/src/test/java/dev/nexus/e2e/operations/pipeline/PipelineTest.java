package dev.nexus.e2e.operations.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks .gitlab-ci.yml with gitlab-ci-local, which runs GitLab pipelines locally, and with GitLab's schema. */
@NeedsOnPath({"gitlab-ci-local", "check-jsonschema", "git"})
class PipelineTest {

    private static final Path PIPELINE = Checkout.ROOT.resolve(".gitlab-ci.yml");

    private static final Pattern REQUIRED_PROGRAMS = Pattern.compile("@NeedsOnPath\\((\\{[^}]*}|\"[^\"]*\")\\)");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

    /** The package of a program, if they have different names. Debian's base image contains bash and tar. */
    private static final Map<String, String> PACKAGES = Map.of(
            "mvn", "maven",
            "etcd", "etcd-server",
            "promtool", "prometheus",
            "chromedriver", "chromium-driver",
            "psql", "postgresql",
            "pg_isready", "postgresql",
            "bash", "debian",
            "flock", "debian",
            "tar", "debian");

    private static final Set<String> COMMON_JOBS = Set.of(
            "verify",
            "cpu",
            "package",
            "secrets",
            "prose",
            "site",
            "clients",
            "integration: [15.15,1.13.13]",
            "integration: [18.1,1.20.4]",
            "dependencies",
            "images",
            "image scan");

    @Test
    void merge_request_is_tested_scanned_and_built_but_not_published() throws Exception {
        Set<String> jobs = jobs("CI_PIPELINE_SOURCE=merge_request_event", "CI_COMMIT_BRANCH=", "CI_COMMIT_TAG=");

        assertThat(jobs).isEqualTo(with(COMMON_JOBS, "ci image"));
    }

    @Test
    void main_branch_is_deployed_to_dev() throws Exception {
        Set<String> jobs = jobs("CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=main", "CI_COMMIT_TAG=");

        assertThat(jobs)
                .isEqualTo(with(
                        COMMON_JOBS,
                        "ci image",
                        "soak",
                        "reproducible",
                        "push",
                        "sign",
                        "deploy to dev",
                        "roll back dev (manual)"));
    }

    @Test
    void tag_is_deployed_to_dev_and_manually_to_production() throws Exception {
        Set<String> jobs = jobs("CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=", "CI_COMMIT_TAG=v1.2.3");

        assertThat(jobs)
                .isEqualTo(with(
                        COMMON_JOBS,
                        "soak",
                        "reproducible",
                        "push",
                        "sign",
                        "deploy to dev",
                        "deploy to production (manual)",
                        "roll back dev (manual)",
                        "roll back production (manual)"));
    }

    @Test
    void docker_compose_is_tested_on_a_runner_with_docker() throws Exception {
        Set<String> jobs = jobs(
                "CI_PIPELINE_SOURCE=merge_request_event",
                "CI_COMMIT_BRANCH=",
                "CI_COMMIT_TAG=",
                "DOCKER_RUNNER_TAG=docker");

        assertThat(jobs).isEqualTo(with(COMMON_JOBS, "ci image", "compose"));
    }

    @Test
    void pipeline_matches_the_schema_of_gitlab() throws Exception {
        ScriptResult checked = schema(PIPELINE);

        assertThat(checked.code()).as(checked.output()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "needs: [images], needs: [pictures]",
        "resource_group: dev, resource_groups: dev",
        "extends: .maven, extends: .gradle",
    })
    void mistake_in_the_pipeline_is_rejected(String right, String wrong) throws Exception {
        String pipeline = Files.readString(PIPELINE);
        assertThat(pipeline).contains(right);
        Path planted = Files.createDirectories(Checkout.ROOT.resolve("target/pipeline"))
                .resolve("planted.yml");
        Files.writeString(planted, pipeline.replaceFirst(Pattern.quote(right), wrong));

        ScriptResult listed = gitlabCiLocal("--list", "--file", "target/pipeline/planted.yml");
        ScriptResult checked = schema(planted);

        assertThat(List.of(listed.code(), checked.code())).as(listed.output()).isNotEqualTo(List.of(0, 0));
    }

    @Test
    void each_job_runs_a_script_that_works_without_gitlab() throws Exception {
        List<String> commands = new ArrayList<>();
        for (JsonNode job : new YAMLMapper().readTree(PIPELINE.toFile())) {
            job.path("script").forEach(command -> commands.add(command.asText()));
        }

        assertThat(commands).hasSizeGreaterThan(15).allSatisfy(command -> {
            assertThat(command).startsWith("deploy/ci/").doesNotContain("|", "&", ";");
            assertThat(Files.isExecutable(Checkout.ROOT.resolve(command.split(" ", 2)[0])))
                    .isTrue();
        });
        assertThat(commands.stream().map(command -> command.split(" ", 2)[0]).collect(Collectors.toSet()))
                .as("each script has a job")
                .isEqualTo(Scripts.all().map(Path::toString).collect(Collectors.toSet()));
    }

    @Test
    void job_image_contains_each_program_that_a_test_needs() throws Exception {
        String image = Files.readString(Checkout.ROOT.resolve("deploy/ci/image/Dockerfile"))
                        .replaceAll("(?m)^#.*$", "")
                + Files.readString(Checkout.ROOT.resolve("deploy/ci/test-python.txt"));
        Set<String> programs = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Checkout.ROOT.resolve("e2e-tests/src/test/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher required = REQUIRED_PROGRAMS.matcher(Files.readString(file));
                while (required.find()) {
                    QUOTED.matcher(required.group(1)).results().forEach(name -> programs.add(name.group(1)));
                }
            }
        }

        assertThat(programs)
                .contains("haproxy", "kubectl")
                .hasSizeGreaterThan(15)
                .allSatisfy(program -> assertThat(image)
                        .as(program)
                        .containsPattern(
                                "[\\s/=]" + Pattern.quote(PACKAGES.getOrDefault(program, program)) + "(-py)?[\\s@:=]"));
    }

    private static Set<String> with(Set<String> jobs, String... more) {
        return Stream.concat(jobs.stream(), Stream.of(more)).collect(Collectors.toSet());
    }

    /** Returns the jobs of a pipeline with these variables. The name of a manual job ends with "(manual)". */
    private static Set<String> jobs(String... variables) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("--list-csv", "--variable", "CI_DEFAULT_BRANCH=main"));
        Stream.of(variables).forEach(variable -> options.addAll(List.of("--variable", variable)));
        ScriptResult listed = gitlabCiLocal(options.toArray(String[]::new));
        assertThat(listed.code()).as(listed.output()).isZero();
        return listed.output()
                .lines()
                .dropWhile(line -> !line.startsWith("name;"))
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.split(";", -1))
                .map(columns -> columns[0] + (columns[2].equals("manual") ? " (manual)" : ""))
                .collect(Collectors.toSet());
    }

    private static ScriptResult gitlabCiLocal(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("gitlab-ci-local", "--state-dir", "target/pipeline"));
        command.addAll(List.of(options));
        return ScriptResult.inRepository(command.toArray(String[]::new));
    }

    private static ScriptResult schema(Path pipeline) throws IOException, InterruptedException {
        return ScriptResult.inRepository(
                "check-jsonschema",
                "--builtin-schema",
                "vendor.gitlab-ci",
                "--data-transform",
                "gitlab-ci",
                pipeline.toString());
    }
}
