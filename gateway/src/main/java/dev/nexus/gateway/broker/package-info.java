/** All calls to the Broker: service tokens, time-outs, conversion of errors. */
@NullMarked
package dev.nexus.gateway.broker;

import org.jspecify.annotations.NullMarked;
