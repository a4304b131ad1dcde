/** Brings the database to what this version needs, and holds a start against it. */
@NullMarked
package dev.nexus.broker.migration;

import org.jspecify.annotations.NullMarked;
