/** Natural batching: what arrives while a call is in flight goes into the next one. */
@NullMarked
package dev.nexus.broker.batch;

import org.jspecify.annotations.NullMarked;
