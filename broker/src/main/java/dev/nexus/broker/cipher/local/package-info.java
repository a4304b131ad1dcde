/** Encrypts with a keyset in a file of this machine. Not for production: the key is stored beside the data. */
@NullMarked
package dev.nexus.broker.cipher.local;

import org.jspecify.annotations.NullMarked;
