/** The hosted page, over HTTP and in a browser. */
@NullMarked
package dev.nexus.e2e.page;

import org.jspecify.annotations.NullMarked;
