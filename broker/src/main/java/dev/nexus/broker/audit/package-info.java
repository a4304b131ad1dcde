/** The append-only audit log. */
@NullMarked
package dev.nexus.broker.audit;

import org.jspecify.annotations.NullMarked;
