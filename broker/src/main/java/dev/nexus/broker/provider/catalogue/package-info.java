/** Reads the catalogue and applies it to the registry at start. */
@NullMarked
package dev.nexus.broker.provider.catalogue;

import org.jspecify.annotations.NullMarked;
