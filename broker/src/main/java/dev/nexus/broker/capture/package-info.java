/** Captures a credential: state, schema, validation, encryption, claim. */
@NullMarked
package dev.nexus.broker.capture;

import org.jspecify.annotations.NullMarked;
