/** Adds credentials to requests: the strategies, their JSON form, and the check of a credential. */
@NullMarked
package dev.nexus.strategy;

import org.jspecify.annotations.NullMarked;
