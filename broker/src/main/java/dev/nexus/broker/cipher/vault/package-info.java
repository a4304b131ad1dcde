/** Encrypts with Vault's transit engine. No other package depends on Vault. */
@NullMarked
package dev.nexus.broker.cipher.vault;

import org.jspecify.annotations.NullMarked;
