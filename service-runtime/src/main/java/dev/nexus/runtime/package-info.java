/**
 * Shared code of the Gateway and the Broker: errors, checks of requests, draining, file reload, certificate checks,
 * metrics and trace scrubbing.
 */
@NullMarked
package dev.nexus.runtime;

import org.jspecify.annotations.NullMarked;
