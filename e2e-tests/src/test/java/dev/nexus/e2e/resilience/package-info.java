/**
 * Faults, fail-over, replicas and upgrades that take long: every test is tagged soak and runs with {@code mvn verify
 * -Psoak}.
 */
@NullMarked
package dev.nexus.e2e.resilience;

import org.jspecify.annotations.NullMarked;
