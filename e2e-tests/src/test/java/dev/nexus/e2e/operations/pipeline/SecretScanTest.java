package dev.nexus.e2e.operations.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.testsupport.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scans a generated git history with gitleaks and .gitleaks.toml. */
@NeedsOnPath({"gitleaks", "git"})
class SecretScanTest {

    @TempDir
    private Path repository = Path.of("");

    @BeforeEach
    void createRepository() throws Exception {
        git("init", "-q");
    }

    @Test
    @Promise(33)
    void gateway_api_key_is_found_after_a_later_commit_removed_it() throws Exception {
        // The key is split so that a scan of this repository does not report it.
        String key = "nxs" + "_k3TTq0Zb81Xy_" + "Qm7vLw2RtY".repeat(4) + "aB3_" + "0f9e8d7c";
        commit("notes.txt", "the key is " + key);
        commit("notes.txt", "there is no key");

        ScriptResult ran = scan();

        assertThat(ran.code()).as(ran.output()).isEqualTo(1);
        assertThat(ran.output()).contains("nexus-api-key").doesNotContain(key);
    }

    @Test
    void documented_example_credential_is_allowed_and_a_similar_one_is_found() throws Exception {
        commit("example.json", "{\"api_key\": \"pat_abc123xyz\"}");
        ScriptResult documented = scan();
        commit("example.json", "{\"api_key\": \"pat_" + "q81hx9v27zk" + "\"}");
        ScriptResult neighbour = scan();

        assertThat(documented.code()).as(documented.output()).isZero();
        assertThat(neighbour.code()).as(neighbour.output()).isEqualTo(1);
    }

    private ScriptResult scan() throws IOException, InterruptedException {
        return ScriptResult.in(
                repository,
                Map.of(),
                "gitleaks",
                "git",
                "--no-banner",
                "--redact",
                "--verbose",
                "--config",
                Checkout.ROOT.resolve(".gitleaks.toml").toString(),
                ".");
    }

    private void commit(String file, String text) throws IOException, InterruptedException {
        Files.writeString(repository.resolve(file), text);
        git("add", file);
        git("-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "Write " + file);
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        ScriptResult ran = ScriptResult.in(repository, Map.of(), command);
        assertThat(ran.code()).as(ran.output()).isZero();
    }
}
