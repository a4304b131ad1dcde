package dev.nexus.contracts;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The scopes of a route of {@link InternalApi}. The service token needs one of them. Otherwise, the Broker answers 403.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface AllowedScopes {

    /** Scopes of {@link Scope}, or {@link InternalHeaders#SCOPE_STATE_PRESENT}. At least one. */
    String[] value();
}
