/** The connection pool, its sessions and errors, the readiness check, the migrations, and the commands' access. */
@NullMarked
package dev.nexus.broker.database;

import org.jspecify.annotations.NullMarked;
