/** Encrypts with a keyset in a local file. Not for production: the key is stored next to the data. */
@NullMarked
package dev.nexus.broker.cipher.local;

import org.jspecify.annotations.NullMarked;
