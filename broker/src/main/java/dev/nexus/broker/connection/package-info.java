/** The life cycle of a connection: request, check, list, read, revoke, expire. */
@NullMarked
package dev.nexus.broker.connection;

import org.jspecify.annotations.NullMarked;
