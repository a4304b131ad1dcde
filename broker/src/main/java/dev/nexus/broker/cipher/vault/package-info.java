/** Encrypts with Vault's transit engine. No other package knows Vault. */
@NullMarked
package dev.nexus.broker.cipher.vault;

import org.jspecify.annotations.NullMarked;
