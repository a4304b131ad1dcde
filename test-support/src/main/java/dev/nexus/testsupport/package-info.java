/** Test helpers that several modules share. Modules depend on them only in tests. */
@NullMarked
package dev.nexus.testsupport;

import org.jspecify.annotations.NullMarked;
