/**
 * The flow of a connection from outside: begin, capture, read, revoke; providers, webhooks, the example backend and
 * the quickstart.
 */
@NullMarked
package dev.nexus.e2e.flow;

import org.jspecify.annotations.NullMarked;
