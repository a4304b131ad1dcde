/** Handles every request: routes, checks, limits, client address, errors. Imports no other package of the Gateway. */
@NullMarked
package dev.nexus.gateway.http;

import org.jspecify.annotations.NullMarked;
