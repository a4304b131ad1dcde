/**
 * The checks of every request, which identify the caller by the Gateway's client certificate and the service token, and
 * the endpoints that serve routes without Jakarta REST.
 */
@NullMarked
package dev.nexus.broker.caller;

import org.jspecify.annotations.NullMarked;
