/** The provider and schema registry, and the catalogue that fills it. */
@NullMarked
package dev.nexus.broker.provider;

import org.jspecify.annotations.NullMarked;
