package dev.nexus.e2e.operations.runbooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.operations.runbooks.RunbookPage.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows a page like an operator, from top to bottom: runs each block unchanged with bash or psql, in one folder.
 *
 * <p>Each block must exit with 0. {@link #set} provides the variables that a page tells the operator to set.
 */
public final class RunbookShell {

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> notRun;

    public RunbookShell(Path folder, Map<String, String> notRun) {
        this.folder = folder;
        this.notRun = notRun;
    }

    /** An action before or after a block: simulates the operator's environment, or checks the block's effect. */
    @FunctionalInterface
    public interface Hook {
        /**
         * Runs the action.
         *
         * @param output the output of the block; empty before the block
         */
        void run(String output) throws Exception;
    }

    public RunbookShell set(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public Path folder() {
        return folder;
    }

    /** A page to follow. */
    public final class Page {

        private final String name;
        private final Map<String, Hook> before = new LinkedHashMap<>();
        private final Map<String, Hook> after = new LinkedHashMap<>();

        private Page(String name) {
            this.name = name;
        }

        /** Runs {@code hook} before the block that contains {@code text}. */
        public Page before(String text, Hook hook) {
            before.put(text, hook);
            return this;
        }

        /** Runs {@code hook} with the output of the block that contains {@code text}. */
        public Page after(String text, Hook hook) {
            after.put(text, hook);
            return this;
        }

        public void follow() throws Exception {
            Set<String> unused = new HashSet<>(before.keySet());
            unused.addAll(after.keySet());
            int ran = 0;
            for (Block block : RunbookPage.blocks(RunbookPage.page(name))) {
                assertThat(environment.keySet()).as(block.name()).containsAll(block.variables());
                if (block.isCommand() && !notRun.containsKey(block.name())) {
                    hooks(before, block, "", unused);
                    String output = run(block);
                    hooks(after, block, output, unused);
                    ran++;
                }
            }
            assertThat(unused).as("texts that are in no block of " + name).isEmpty();
            System.out.printf("Runbook %s: %d blocks run%n", name, ran);
        }

        private void hooks(Map<String, Hook> hooks, Block block, String output, Set<String> unused) throws Exception {
            for (Map.Entry<String, Hook> hook : hooks.entrySet()) {
                if (block.text().contains(hook.getKey())) {
                    unused.remove(hook.getKey());
                    hook.getValue().run(output);
                }
            }
        }
    }

    public Page page(String name) {
        return new Page(name);
    }

    private String run(Block block) throws IOException, InterruptedException {
        List<String> line = block.language().equals("sql")
                ? List.of("psql", "-X", "-v", "ON_ERROR_STOP=1", "-c", block.text())
                : List.of("bash", "-eu", "-o", "pipefail", "-c", block.text());
        Path log = folder.resolve("block.log");
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(folder.toFile()).redirectError(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor())
                .as("%s%n%s%n%s%n%s", block.name(), block.text(), output, Files.readString(log))
                .isZero();
        return output;
    }
}
