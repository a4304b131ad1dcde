/** The /v1 resources: connections, providers, the webhook and the audit log. */
@NullMarked
package dev.nexus.gateway.api;

import org.jspecify.annotations.NullMarked;
