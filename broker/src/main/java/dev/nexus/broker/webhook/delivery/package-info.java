/** Webhook delivery (Standard Webhooks): the outbox, and the deliveries from it. */
@NullMarked
package dev.nexus.broker.webhook.delivery;

import org.jspecify.annotations.NullMarked;
