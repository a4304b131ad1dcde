/** The definition of a provider: credential schema, strategy, allowed hosts, probe. */
@NullMarked
package dev.nexus.broker.provider.definition;

import org.jspecify.annotations.NullMarked;
