/**
 * The life of a connection (begin, capture, read, revoke), providers, webhooks, the example backend and the quickstart.
 */
@NullMarked
package dev.nexus.e2e.flow;

import org.jspecify.annotations.NullMarked;
