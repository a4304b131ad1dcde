package dev.nexus.e2e.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Set;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/**
 * Runs a test class at the same time as other classes. For a class that starts a separate Nexus, waits for long, and
 * has no tight time limit.
 *
 * <p>A class with a tight time limit has {@code @Isolated} instead: it runs after all others, and no class runs at the
 * same time. Classes without an annotation run one after the other.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(providers = Concurrent.OwnLock.class)
public @interface Concurrent {

    /** A lock for each class. Without one, JUnit would also run the methods of the class at the same time. */
    final class OwnLock implements ResourceLocksProvider {
        @Override
        public Set<Lock> provideForClass(Class<?> testClass) {
            return Set.of(new Lock(testClass.getName()));
        }
    }
}
