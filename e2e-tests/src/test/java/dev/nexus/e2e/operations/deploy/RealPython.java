package dev.nexus.e2e.operations.deploy;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * A Python that has a module which judges what is tested: the one of NEXUS_TEST_PYTHON, or python3 on PATH. Where there is
 * none the test is skipped, loudly; in CI that fails it.
 */
public final class RealPython {

    private RealPython() {}

    /** The path of the Python that has {@code module}. */
    public static String having(String module) throws InterruptedException {
        String python = Optional.ofNullable(System.getenv("NEXUS_TEST_PYTHON")).orElse("python3");
        if (has(python, module)) {
            return python;
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
        // Found, not imported: a large one takes seconds to import.
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
}
