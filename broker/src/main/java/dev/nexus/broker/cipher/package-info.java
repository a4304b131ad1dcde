/** The credential cipher: a port that seals and opens, and its implementations. Nothing else knows a key or Vault. */
@NullMarked
package dev.nexus.broker.cipher;

import org.jspecify.annotations.NullMarked;
