/**
 * Tests of operating Nexus: logs, metrics, traces, file reload and outages of dependencies.
 *
 * <p>The subpackages test the files in deploy/ and the operations documentation.
 */
@NullMarked
package dev.nexus.e2e.operations;

import org.jspecify.annotations.NullMarked;
