/** Natural batching: items that arrive during a call go into the next call. */
@NullMarked
package dev.nexus.broker.batch;

import org.jspecify.annotations.NullMarked;
