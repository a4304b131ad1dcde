/** Re-encrypts stored values with the newest key, after a rotation or a change of the cipher. */
@NullMarked
package dev.nexus.broker.reseal;

import org.jspecify.annotations.NullMarked;
