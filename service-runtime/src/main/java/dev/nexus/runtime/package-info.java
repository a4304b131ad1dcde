/** What the Gateway and the Broker share at run time: draining, file reload, certificate checks, metrics and trace scrubbing. */
@NullMarked
package dev.nexus.runtime;

import org.jspecify.annotations.NullMarked;
