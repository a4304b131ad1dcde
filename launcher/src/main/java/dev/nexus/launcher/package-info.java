/**
 * What {@code ./quickstart} runs: an embedded PostgreSQL, the Broker and the Gateway as processes of their own, and the
 * walk through the flow. The module e2e-tests starts the product with the same classes.
 */
@NullMarked
package dev.nexus.launcher;

import org.jspecify.annotations.NullMarked;
