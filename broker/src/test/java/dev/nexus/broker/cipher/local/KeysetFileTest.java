package dev.nexus.broker.cipher.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.BrokerMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysetFileTest {

    /** Runs a command that can create files, but cannot write a byte to them, as on a full disk. */
    private static final List<String> WITHOUT_SPACE = List.of("bash", "-c", "ulimit -f 0 && exec \"$@\"", "bash");

    @TempDir
    private Path folder;

    @Test
    void rotation_that_cannot_write_leaves_the_keyset_unchanged_and_no_copy_of_it() throws Exception {
        Path file = folder.resolve("keyset.json");
        new KeysetFile(file).readOrCreate();
        String before = Files.readString(file);

        Process rotation = rotateWithoutSpace(file);

        assertThat(rotation.waitFor()).isNotZero();
        assertThat(Files.readString(folder.resolve("out"))).contains("File too large");
        assertThat(Files.readString(file)).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("keyset.json", "keyset.json.lock", "out");
        }
    }

    private Process rotateWithoutSpace(Path file) throws Exception {
        List<String> command = new ArrayList<>(WITHOUT_SPACE);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                BrokerMain.class.getName(),
                "rotate-local-keyset",
                "--keyset-file",
                file.toString()));
        // A pipe, because the limit also applies to the files of the command's output.
        Process rotation = new ProcessBuilder(command).redirectErrorStream(true).start();
        Files.write(folder.resolve("out"), rotation.getInputStream().readAllBytes());
        return rotation;
    }
}
