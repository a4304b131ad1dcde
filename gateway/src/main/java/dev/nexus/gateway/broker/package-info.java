/** The one way to the Broker: service token, time-outs, failure mapping. */
@NullMarked
package dev.nexus.gateway.broker;

import org.jspecify.annotations.NullMarked;
