/** The commands of docs/runbooks, and a shell that runs them. */
@NullMarked
package dev.nexus.runbooks;

import org.jspecify.annotations.NullMarked;
