/**
 * Shared code of the Gateway and the Broker: draining, file reload, certificate checks, metrics and trace scrubbing.
 */
@NullMarked
package dev.nexus.runtime;

import org.jspecify.annotations.NullMarked;
