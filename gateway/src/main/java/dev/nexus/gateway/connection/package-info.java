/** The public connection routes: request, schema, capture, check, list, token, refresh, revoke. */
@NullMarked
package dev.nexus.gateway.connection;

import org.jspecify.annotations.NullMarked;
