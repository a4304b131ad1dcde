/** Webhook administration: the tenant's endpoint and its signing secrets. */
@NullMarked
package dev.nexus.broker.webhook;

import org.jspecify.annotations.NullMarked;
