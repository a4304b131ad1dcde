/** The provider registry and its use cases. */
@NullMarked
package dev.nexus.broker.provider;

import org.jspecify.annotations.NullMarked;
