/**
 * The program behind {@code ./quickstart}: starts an embedded PostgreSQL, and the Broker and the Gateway as separate
 * processes. {@code --walk} runs the flow once. The end-to-end tests start Nexus with the same classes.
 */
@NullMarked
package dev.nexus.launcher;

import org.jspecify.annotations.NullMarked;
