/** Encrypts stored values again with the newest key, after a rotation of the key or a change of the cipher. */
@NullMarked
package dev.nexus.broker.reseal;

import org.jspecify.annotations.NullMarked;
