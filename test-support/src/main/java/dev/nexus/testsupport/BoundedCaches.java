package dev.nexus.testsupport;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requires a bound for each cache, so that a tenant cannot use up the memory. A method that begins a Caffeine cache
 * must also call a method that limits its size. A {@link ConcurrentHashMap} has no bound, so only the classes in
 * {@code bounded} may create one.
 */
public final class BoundedCaches extends ArchCondition<JavaClass> {

    private static final String CAFFEINE = "com.github.benmanes.caffeine.cache.Caffeine";
    private static final Set<String> LIMITS = Set.of("maximumSize", "maximumWeight", "weakKeys");

    private final Set<String> bounded;

    /** @param bounded the full names of classes whose entries are bounded in another way */
    public BoundedCaches(Set<String> bounded) {
        super("bound the number of entries of each cache");
        this.bounded = bounded;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        if (bounded.contains(type.getName())) {
            return;
        }
        for (JavaCodeUnit unit : type.getCodeUnits()) {
            long begun = calls(unit, CAFFEINE, Set.of("newBuilder"));
            if (begun > calls(unit, CAFFEINE, LIMITS)) {
                events.add(SimpleConditionEvent.violated(unit, unit.getFullName() + " has a cache without a bound"));
            }
            if (calls(unit, ConcurrentHashMap.class.getName(), Set.of("<init>", "newKeySet")) > 0) {
                events.add(SimpleConditionEvent.violated(unit, unit.getFullName() + " has a map without a bound"));
            }
        }
    }

    private static long calls(JavaCodeUnit unit, String owner, Set<String> methods) {
        return unit.getAccessesFromSelf().stream()
                .filter(access -> access.getTargetOwner().getName().equals(owner))
                .map(JavaAccess::getName)
                .filter(methods::contains)
                .count();
    }
}
