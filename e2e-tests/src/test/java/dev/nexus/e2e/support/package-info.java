/** What several groups of tests share: the running product, clients, test doubles, and conditions that skip a test. */
@NullMarked
package dev.nexus.e2e.support;

import org.jspecify.annotations.NullMarked;
