package dev.nexus.testsupport;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/**
 * A class has no constructor with more than so many parameters: one that needs more does several things. Records are exempt,
 * since they have a component for each member of their JSON, and so are classes that the build generates.
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
