/** The files below deploy/, checked with the tools that read them. */
@NullMarked
package dev.nexus.e2e.operations.deploy;

import org.jspecify.annotations.NullMarked;
