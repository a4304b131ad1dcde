package dev.nexus.testsupport;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;

/** Skips tests whose tools are missing, with a message. If the environment variable CI is true, they fail instead. */
public final class MissingTool {

    private MissingTool() {}

    /** Skips the test class. */
    public static ConditionEvaluationResult skip(String reason) {
        report(reason);
        return ConditionEvaluationResult.disabled(reason);
    }

    /** Skips the running test by throwing an exception. */
    public static void abort(String reason) {
        report(reason);
        Assumptions.abort(reason);
    }

    private static void report(String reason) {
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException(reason + " (a skip is a failure in CI)");
        }
        System.out.println("SKIPPED: " + reason);
    }
}
