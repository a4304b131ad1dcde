package dev.nexus.broker.testing;

import dev.nexus.testsupport.MissingTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test class that starts Vault servers of its own, with a message, if no vault is on PATH; in CI that is a failure. */
public final class VaultOnPath implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean found = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "vault")));
        if (found) {
            return ConditionEvaluationResult.enabled("vault is on PATH");
        }
        String why = "there is no vault on PATH; install it to run " + context.getDisplayName();
        return MissingTool.skip(why);
    }
}
