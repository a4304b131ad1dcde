/** The connection pool, its sessions and errors, readiness, and migrations. */
@NullMarked
package dev.nexus.broker.database;

import org.jspecify.annotations.NullMarked;
