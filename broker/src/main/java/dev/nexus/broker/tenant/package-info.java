/** The command that erases a tenant. */
@NullMarked
package dev.nexus.broker.tenant;

import org.jspecify.annotations.NullMarked;
