/** State tokens and the ring of keys that signs them. */
@NullMarked
package dev.nexus.broker.state;

import org.jspecify.annotations.NullMarked;
