package dev.nexus.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a test of a promise. docs/explanation/promises.md lists the promises with their numbers. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Promise {

    /** The numbers of the promises, from 1 to 34. */
    int[] value();
}
