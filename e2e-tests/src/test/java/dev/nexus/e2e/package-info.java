/**
 * End-to-end tests: they start the packaged services as processes and call them from outside.
 *
 * <p>Each package is a group of tests. {@code support} contains the classes that several groups share.
 */
@NullMarked
package dev.nexus.e2e;

import org.jspecify.annotations.NullMarked;
