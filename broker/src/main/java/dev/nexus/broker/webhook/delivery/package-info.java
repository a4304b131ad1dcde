/** Webhook delivery (Standard Webhooks): the outbox and the deliveries of its events. */
@NullMarked
package dev.nexus.broker.webhook.delivery;

import org.jspecify.annotations.NullMarked;
