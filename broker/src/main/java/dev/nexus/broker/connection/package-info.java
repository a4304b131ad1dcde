/** The life cycle of a connection: request, check, verification, list, token read, revocation and expiry. */
@NullMarked
package dev.nexus.broker.connection;

import org.jspecify.annotations.NullMarked;
