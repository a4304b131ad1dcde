package dev.nexus.testsupport;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/**
 * Limits the parameters of a constructor, because a class that needs more does several things. Records are exempt,
 * because they have a component for each member of their JSON. Classes that the build generates are exempt too.
 */
public final class ConstructorLimit extends ArchCondition<JavaClass> {

    private final int limit;

    public ConstructorLimit(int limit) {
        super("have constructors with at most " + limit + " parameters");
        this.limit = limit;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        if (type.isRecord() || type.getSimpleName().matches(".*_(Bean|ClientProxy|Subclass)")) {
            return;
        }
        for (JavaConstructor constructor : type.getConstructors()) {
            int parameters = constructor.getRawParameterTypes().size();
            if (parameters > limit) {
                events.add(SimpleConditionEvent.violated(
                        constructor, constructor.getFullName() + " has " + parameters + " parameters"));
            }
        }
    }
}
