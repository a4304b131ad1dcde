/** How a credential gets into a request: the strategies, their JSON form and the one applier. */
@NullMarked
package dev.nexus.strategy;

import org.jspecify.annotations.NullMarked;
