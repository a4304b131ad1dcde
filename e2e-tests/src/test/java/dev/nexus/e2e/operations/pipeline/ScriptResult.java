package dev.nexus.e2e.operations.pipeline;

import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * The result of a program that ran to completion.
 *
 * @param output stdout and stderr, unchanged and in order
 */
record ScriptResult(int code, String output) {

    /** Runs a program in {@code folder} and adds {@code environment} to the environment variables. */
    static ScriptResult in(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new ScriptResult(process.waitFor(), output);
    }

    static ScriptResult inRepository(String... command) throws IOException, InterruptedException {
        return in(Checkout.ROOT, Map.of(), command);
    }
}
