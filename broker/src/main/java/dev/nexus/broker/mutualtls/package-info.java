/** Whom the Broker talks to at all: callers with the Gateway's certificate, looked at before the service token. */
@NullMarked
package dev.nexus.broker.mutualtls;

import org.jspecify.annotations.NullMarked;
