/**
 * Long tests of faults, failover, replicas and upgrades. Each class has the tag soak, so its tests run only with
 * {@code mvn verify -Psoak}.
 */
@NullMarked
package dev.nexus.e2e.resilience;

import org.jspecify.annotations.NullMarked;
