/** Verification of credentials at their providers, with guarded requests. */
@NullMarked
package dev.nexus.broker.verification;

import org.jspecify.annotations.NullMarked;
