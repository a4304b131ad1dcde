/** The OpenAPI document, and the clients that generators create from it. */
@NullMarked
package dev.nexus.e2e.operations.clients;

import org.jspecify.annotations.NullMarked;
