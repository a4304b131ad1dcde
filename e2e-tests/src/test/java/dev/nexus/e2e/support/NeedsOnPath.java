package dev.nexus.e2e.support;

import dev.nexus.testsupport.MissingTool;
import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips a test class with a message if one of these programs is not on PATH. Fails it in CI. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsOnPath.Condition.class)
public @interface NeedsOnPath {

    String[] value();

    /** Searches PATH for the programs. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            List<String> missing = AnnotationSupport.findAnnotation(context.getElement(), NeedsOnPath.class).stream()
                    .flatMap(needs -> Arrays.stream(needs.value()))
                    .filter(program -> !isOnPath(program))
                    .toList();
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("all programs are on PATH");
            }
            String why = String.join(", ", missing) + " not found on PATH; install the missing programs to run "
                    + context.getDisplayName();
            return MissingTool.skip(why);
        }

        private static boolean isOnPath(String program) {
            return Pattern.compile(Pattern.quote(File.pathSeparator))
                    .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                    .filter(folder -> !folder.isBlank())
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        }
    }
}
