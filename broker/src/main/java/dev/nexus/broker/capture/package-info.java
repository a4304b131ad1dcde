/** Capturing a credential: state, schema, validation, seal, claim. */
@NullMarked
package dev.nexus.broker.capture;

import org.jspecify.annotations.NullMarked;
