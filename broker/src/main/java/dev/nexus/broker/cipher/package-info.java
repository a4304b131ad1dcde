/**
 * The port that encrypts credentials, state keys and webhook secrets, and what its callers need: secrets, bindings,
 * ciphertexts. The implementations are in {@code local} and {@code vault}; this package knows neither.
 */
@NullMarked
package dev.nexus.broker.cipher;

import org.jspecify.annotations.NullMarked;
