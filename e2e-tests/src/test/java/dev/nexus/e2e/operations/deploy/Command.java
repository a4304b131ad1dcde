package dev.nexus.e2e.operations.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program that runs to completion. */
public record Command(List<String> line, Map<String, String> environment, String input) {

    /** The exit code and the output of a program. */
    public record Outcome(int exit, String out, String err) {

        /** Returns stdout, or fails the test with the output if the exit code is not 0. */
        public String orFail() {
            if (exit != 0) {
                throw new AssertionError("The command failed with exit code " + exit + ": " + err + out);
            }
            return out;
        }
    }

    public static Command of(String... line) {
        return new Command(List.of(line), Map.of(), "");
    }

    /** Returns a copy that reads {@code text} from stdin. */
    public Command reading(String text) {
        return new Command(line, environment, text);
    }

    /** Returns a copy with one more environment variable. */
    Command with(String variable, Path value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value.toString());
        return new Command(line, more, input);
    }

    public Outcome run() {
        try {
            Path err = Files.createTempFile("command", ".err");
            ProcessBuilder builder = new ProcessBuilder(line).redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(UTF_8));
            }
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            Outcome outcome = new Outcome(process.waitFor(), out, Files.readString(err));
            Files.delete(err);
            return outcome;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
