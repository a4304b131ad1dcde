package dev.nexus.broker.testing;

import dev.nexus.testsupport.MissingTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The condition of test classes that start separate Vault servers. If no vault is on PATH, it skips the class with a
 * message. With CI=true, the class fails.
 */
public final class VaultOnPath implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean found = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "vault")));
        if (found) {
            return ConditionEvaluationResult.enabled("vault is on PATH");
        }
        String reason = "vault is not on PATH. Install it to run " + context.getDisplayName();
        return MissingTool.skip(reason);
    }
}
