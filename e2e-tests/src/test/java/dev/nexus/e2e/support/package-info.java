/** Classes of several groups of tests: the running Nexus, clients, test doubles, and conditions that skip a test. */
@NullMarked
package dev.nexus.e2e.support;

import org.jspecify.annotations.NullMarked;
