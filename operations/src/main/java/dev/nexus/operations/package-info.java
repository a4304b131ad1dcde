/** What both services do alike as running processes: ending without a failed request, metrics, and traces that tell nothing. */
@NullMarked
package dev.nexus.operations;

import org.jspecify.annotations.NullMarked;
