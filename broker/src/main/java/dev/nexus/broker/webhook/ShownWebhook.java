package dev.nexus.broker.webhook;

/**
 * A webhook as it is answered.
 *
 * @param view its public JSON form
 * @param etag the entity tag of its edition, quoted
 */
public record ShownWebhook(WebhookView view, String etag) {}
