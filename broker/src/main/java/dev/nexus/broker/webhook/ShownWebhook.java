package dev.nexus.broker.webhook;

/**
 * A webhook in the API's form.
 *
 * @param view the body of the response
 * @param etag the quoted ETag of its current edition
 */
public record ShownWebhook(WebhookView view, String etag) {}
