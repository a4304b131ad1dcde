/** The catalogue of providers, which the Broker applies to the registry at startup. */
@NullMarked
package dev.nexus.broker.provider.catalogue;

import org.jspecify.annotations.NullMarked;
