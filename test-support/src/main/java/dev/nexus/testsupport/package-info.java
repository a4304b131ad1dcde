/** Test helpers that several modules use. No module has them outside its tests. */
@NullMarked
package dev.nexus.testsupport;

import org.jspecify.annotations.NullMarked;
