/** Identifies the caller: the Gateway's client certificate, the service token, and the Caller in it. */
@NullMarked
package dev.nexus.broker.caller;

import org.jspecify.annotations.NullMarked;
