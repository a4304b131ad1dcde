/** What lies under deploy/observability, judged by promtool and held against what the services show. */
@NullMarked
package dev.nexus.observability;

import org.jspecify.annotations.NullMarked;
