package dev.nexus.testsupport;

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
import java.util.Objects;
import java.util.Optional;

/**
 * A Python with a module that checks results of Nexus. It is the program in NEXUS_TEST_PYTHON, or python3 on PATH. If
 * the module is missing, the test is skipped with a message. In CI it fails.
 */
public final class RealPython {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String python;

    private RealPython(String python) {
        this.python = python;
    }

    /** Returns the Python. Skips the test if it does not have {@code module}. */
    public static RealPython having(String module) throws InterruptedException {
        String python = Optional.ofNullable(System.getenv("NEXUS_TEST_PYTHON")).orElse("python3");
        if (!has(python, module)) {
            MissingTool.abort(python + " does not have the module " + module
                    + ". Install it with pip, and set NEXUS_TEST_PYTHON.");
        }
        return new RealPython(python);
    }

    private static boolean has(String python, String module) throws InterruptedException {
        // Finds the module without importing it, because a large module takes seconds to import.
        String find = "import importlib.util, sys; sys.exit(importlib.util.find_spec('" + module + "') is None)";
        try {
            return new ProcessBuilder(python, "-c", find)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    /** The path of the Python program. */
    public String path() {
        return python;
    }

    /** Runs {@code script} from the class path with {@code input}, and returns its output. */
    public JsonNode run(String script, JsonNode input) throws IOException, InterruptedException {
        Path file = Files.createTempFile("script", ".py");
        try (InputStream source = Objects.requireNonNull(
                Thread.currentThread().getContextClassLoader().getResourceAsStream(script))) {
            Files.copy(source, file, StandardCopyOption.REPLACE_EXISTING);
        }
        Process process = new ProcessBuilder(List.of(python, file.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(JSON.writeValueAsBytes(input));
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(script + " failed");
        }
        Files.delete(file);
        return JSON.readTree(output);
    }
}
