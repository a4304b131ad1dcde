/** Telling a tenant what happens to its connections: its endpoint, the outbox, and the deliveries (Standard Webhooks). */
@NullMarked
package dev.nexus.broker.webhook;

import org.jspecify.annotations.NullMarked;
