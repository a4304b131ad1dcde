/** Requests to where a tenant leads the Broker: to public addresses alone, and no further than the answer's status. */
@NullMarked
package dev.nexus.broker.outbound;

import org.jspecify.annotations.NullMarked;
