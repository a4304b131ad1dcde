/** The routes under /v1: connections and their tokens, providers, the webhook and the audit log. */
@NullMarked
package dev.nexus.gateway.api;

import org.jspecify.annotations.NullMarked;
