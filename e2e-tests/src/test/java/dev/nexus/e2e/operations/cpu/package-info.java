/**
 * Compares the CPU time of each request with a committed ratio. The tests have the tag cpu, so they run only with
 * {@code mvn verify -Pcpu}.
 */
@NullMarked
package dev.nexus.e2e.operations.cpu;

import org.jspecify.annotations.NullMarked;
