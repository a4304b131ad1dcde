/**
 * Long tests of faults, failover, replicas and upgrades. Each has the tag soak and runs with {@code mvn verify
 * -Psoak}.
 */
@NullMarked
package dev.nexus.e2e.resilience;

import org.jspecify.annotations.NullMarked;
