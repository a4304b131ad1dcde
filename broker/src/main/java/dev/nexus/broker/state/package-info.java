/** State tokens and the keys that sign them. */
@NullMarked
package dev.nexus.broker.state;

import org.jspecify.annotations.NullMarked;
