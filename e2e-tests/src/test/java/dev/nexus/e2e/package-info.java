/**
 * The end-to-end tests: the packaged services as processes, called from outside. Each group is a package; {@code support}
 * holds what several groups share.
 */
@NullMarked
package dev.nexus.e2e;

import org.jspecify.annotations.NullMarked;
