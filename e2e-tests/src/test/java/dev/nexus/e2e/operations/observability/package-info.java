/** Alert rules and dashboards, checked with promtool and against the metrics that the services expose. */
@NullMarked
package dev.nexus.e2e.operations.observability;

import org.jspecify.annotations.NullMarked;
