/** An operator's work on a tenant as a whole: erasing it. */
@NullMarked
package dev.nexus.broker.tenant;

import org.jspecify.annotations.NullMarked;
