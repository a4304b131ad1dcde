/** The commands of docs/operations/runbooks, and a shell that runs them. */
@NullMarked
package dev.nexus.e2e.operations.runbooks;

import org.jspecify.annotations.NullMarked;
