/** What lies under deploy/ is judged by the tools that it is for. */
@NullMarked
package dev.nexus.deploy;

import org.jspecify.annotations.NullMarked;
