/**
 * The port that encrypts credentials, state keys and webhook secrets, with the types of its callers: secrets, bindings
 * and ciphertexts. The packages {@code local} and {@code vault} implement it. This package does not depend on them.
 */
@NullMarked
package dev.nexus.broker.cipher;

import org.jspecify.annotations.NullMarked;
