package dev.nexus.testsupport;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;

/** Skips tests whose tools are missing, with a message. If the environment variable CI is true, they fail instead. */
public final class MissingTool {

    private MissingTool() {}

    /** Skips the test class. */
    public static ConditionEvaluationResult skip(String why) {
        report(why);
        return ConditionEvaluationResult.disabled(why);
    }

    /** Skips the running test by an exception. */
    public static void abort(String why) {
        report(why);
        Assumptions.abort(why);
    }

    private static void report(String why) {
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException(why + " (a skip is a failure in CI)");
        }
        System.out.println("SKIPPED: " + why);
    }
}
