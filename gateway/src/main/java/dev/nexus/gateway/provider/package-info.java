/** The public provider routes. */
@NullMarked
package dev.nexus.gateway.provider;

import org.jspecify.annotations.NullMarked;
