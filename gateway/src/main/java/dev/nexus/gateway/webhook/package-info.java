/** The tenant's webhook: where it is told what happens to its connections. */
@NullMarked
package dev.nexus.gateway.webhook;

import org.jspecify.annotations.NullMarked;
