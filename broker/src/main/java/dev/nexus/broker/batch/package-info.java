/** Natural batching: items that arrive while the permitted calls are running are sent together in the next call. */
@NullMarked
package dev.nexus.broker.batch;

import org.jspecify.annotations.NullMarked;
