/** The public route of the audit log. */
@NullMarked
package dev.nexus.gateway.audit;

import org.jspecify.annotations.NullMarked;
