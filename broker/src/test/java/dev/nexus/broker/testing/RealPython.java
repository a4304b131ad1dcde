package dev.nexus.broker.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * A Python that has a module which judges what this code does: the one of NEXUS_TEST_PYTHON, or python3 on PATH. Where
 * there is none the test is skipped, loudly; in CI that fails it.
 */
public final class RealPython {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String python;

    private RealPython(String python) {
        this.python = python;
    }

    public static RealPython having(String module) throws IOException, InterruptedException {
        String python = Optional.ofNullable(System.getenv("NEXUS_TEST_PYTHON")).orElse("python3");
        if (has(python, module)) {
            return new RealPython(python);
        }
        String why = python + " has no module " + module + "; pip install it and set NEXUS_TEST_PYTHON";
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException(why + " (a skip is a failure in CI)");
        }
        System.out.println("SKIPPED: " + why);
        Assumptions.abort(why);
        throw new AssertionError("abort returns never");
    }

    private static boolean has(String python, String module) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(python, "-c", "import " + module)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    /** What the script on the class path says to {@code question}. */
    public JsonNode ask(String script, JsonNode question) throws IOException, InterruptedException {
        Path file = Files.createTempFile("referee", ".py");
        try (InputStream source = RealPython.class.getResourceAsStream("/" + script)) {
            Files.copy(source, file, StandardCopyOption.REPLACE_EXISTING);
        }
        Process process = new ProcessBuilder(List.of(python, file.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(JSON.writeValueAsBytes(question));
        }
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(script + " failed");
        }
        Files.delete(file);
        return JSON.readTree(answer);
    }
}
