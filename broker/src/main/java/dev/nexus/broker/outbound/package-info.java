/**
 * HTTPS requests to hosts that tenants choose. They reach only public addresses and the addresses that the
 * configuration allows. They read the status and the headers of the response, and a short body only on demand.
 */
@NullMarked
package dev.nexus.broker.outbound;

import org.jspecify.annotations.NullMarked;
