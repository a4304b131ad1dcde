/** Asking a provider whether a credential is good, without reaching anything else. */
@NullMarked
package dev.nexus.broker.verification;

import org.jspecify.annotations.NullMarked;
